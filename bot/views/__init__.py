"""What people see: domain values in, Block Kit out; and form state in, domain values out."""
