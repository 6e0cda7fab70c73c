"""Deciding about timesheets of the simulated Kantata: who may, from which state, one or many."""

from typing import Any

import pytest

from tests.sandbox.kantata.conftest import (
    CLYDE,
    ELBE,
    HUDSON,
    ISAR,
    ODER,
    ONBOARDING,
    SERVICE,
    TAY,
    WEBSITE,
    MakeWorld,
    World,
    only,
    refused,
    rows,
)


def path(submission: dict[str, Any], verb: str = "") -> str:
    return f"/timesheet_submissions/{submission['id']}{verb}"


@pytest.mark.parametrize(
    ("verb", "kind", "status"),
    [
        ("approve", "approval", "approved"),
        ("reject", "rejection", "rejected"),
        ("cancel", "cancellation", "cancelled"),
    ],
)
async def test_a_decision_is_answered_and_kept_with_who_when_and_why(
    world: World, verb: str, kind: str, status: str
) -> None:
    entry = await world.log()
    submission = await world.submit(entry["id"])
    response = await world.ask(
        "PUT", path(submission, f"/{verb}"), by=ODER, resolution={"description": "Thursday is missing"}
    )
    resolution = only(response)
    assert (resolution["type"], resolution["target_id"], resolution["user_id"]) == (
        kind,
        int(submission["id"]),
        102,
    )
    decided = only(await world.ask("GET", path(submission)))
    assert decided["status"] == status
    assert decided["current_resolution_creator_id"] == 102
    assert decided["current_resolution_description"] == "Thursday is missing"
    assert decided["current_resolution_created_at_date"] == "2026-03-05T12:00:00+00:00"
    entry = only(await world.ask("GET", f"/time_entries/{entry['id']}"))
    assert entry["active_submission_id"] == (submission["id"] if status == "approved" else None)
    assert entry["recent_submission_id"] == submission["id"]
    assert entry["approved"] is (status == "approved")


async def test_a_rejected_week_is_submitted_anew(world: World) -> None:
    entry = await world.log()
    first = await world.submit(entry["id"])
    await world.ask("PUT", path(first, "/reject"), by=ODER)
    assert only(await world.ask("GET", path(first)))["permissions"]["can_resubmit_submission"] is True
    second = await world.submit(entry["id"])
    assert second["id"] != first["id"]
    assert only(await world.ask("GET", path(first)))["status"] == "rejected"


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        ("approve", "approve"), ("approve", "cancel"), ("reject", "approve"), ("reject", "reject"),
        ("reject", "cancel"), ("cancel", "approve"), ("cancel", "reject"), ("cancel", "cancel"),
    ],
)  # fmt: skip
async def test_what_is_decided_is_not_decided_again(world: World, state: str, verb: str) -> None:
    submission = await world.submit((await world.log())["id"])
    assert (await world.ask("PUT", path(submission, f"/{state}"), by=ODER)).status_code == 200
    assert refused(await world.ask("PUT", path(submission, f"/{verb}"), by=ODER)) == (422, {"base"})


async def test_an_approved_timesheet_can_be_rejected_outside_the_lock_only(world: World) -> None:
    entry = await world.log()
    submission = await world.submit(entry["id"])
    await world.ask("PUT", path(submission, "/approve"), by=ODER)
    world.change("time_entries", entry["id"], date_performed="2026-02-13")
    assert refused(await world.ask("PUT", path(submission, "/reject"), by=ODER)) == (422, {"base"})
    world.change("time_entries", entry["id"], date_performed="2026-02-16")
    only(await world.ask("PUT", path(submission, "/reject"), by=ODER))


@pytest.mark.parametrize("by", [SERVICE, HUDSON, ELBE, ODER])
async def test_administrators_report_viewers_and_leads_may_approve(world: World, by: str) -> None:
    submission = await world.submit((await world.log())["id"])
    assert (
        only(await world.ask("GET", path(submission), by=by))["permissions"]["can_approve_submission"] is True
    )
    only(await world.ask("PUT", path(submission, "/approve"), by=by))


async def test_nobody_else_sees_a_submission(world: World) -> None:
    submission = await world.submit((await world.log())["id"])
    for by in (ISAR, CLYDE):
        assert refused(await world.ask("GET", path(submission), by=by)) == (404, {"system"})
        assert refused(await world.ask("PUT", path(submission, "/approve"), by=by)) == (404, {"system"})


async def test_ones_own_timesheet_needs_the_permission(world: World) -> None:
    submission = await world.submit((await world.log())["id"])
    for verb in ("approve", "reject"):
        assert refused(await world.ask("PUT", path(submission, f"/{verb}"))) == (403, {"system"})
    entry = await world.log(by=ODER)
    olders = await world.submit(entry["id"], by=ODER)
    assert refused(await world.ask("PUT", path(olders, "/approve"), by=ODER)) == (403, {"system"})
    own = await world.submit((await world.log(by=HUDSON))["id"], by=HUDSON)
    only(await world.ask("PUT", path(own, "/approve"), by=HUDSON))


async def test_a_manager_approves_where_the_membership_says_so(world: World) -> None:
    # Cedar Bank is led by Avon; Oder is only Tay's manager.
    entry = await world.log(workspace_id=ONBOARDING, story_id=None, notes="x")
    submission = await world.submit(entry["id"], workspace_id=ONBOARDING)
    assert (
        only(await world.ask("GET", path(submission), by=ODER))["permissions"]["can_approve_submission"]
        is True
    )
    world.change("account_memberships", "802", manager_can_approve=False)
    assert refused(await world.ask("GET", path(submission), by=ODER)) == (404, {"system"})


async def test_designated_approvers_are_set_on_the_project(world: World) -> None:
    submission = await world.submit((await world.log())["id"])
    assert (await world.ask("GET", path(submission), by=ISAR)).status_code == 404
    body = {"approver_ids": [104]}
    assert refused(await world.ask("PUT", f"/workspaces/{WEBSITE}", workspace=body)) == (403, {"system"})
    response = await world.ask("PUT", f"/workspaces/{WEBSITE}?include=approvers", by=ODER, workspace=body)
    assert only(response)["approver_ids"] == ["104"]
    only(await world.ask("PUT", path(submission, "/approve"), by=ISAR))
    response = await world.ask("PUT", f"/workspaces/{WEBSITE}", by=ODER, workspace={"approver_ids": [CLYDE]})
    assert refused(response) == (422, {"approver_ids"})


async def test_backup_approvers_count_while_their_dates_run(world: World) -> None:
    submission = await world.submit((await world.log())["id"])
    body = {
        "approver_id": 102,
        "backup_approver_id": 107,
        "start_date": "2026-03-05",
        "end_date": "2026-03-06",
    }
    created = await world.ask(
        "POST", "/backup_approver_associations", by=ODER, backup_approver_association=body
    )
    association = only(created)
    for days, status in ((0, 200), (1, 200), (1, 404)):
        world.clock.forward(days=days)
        assert (await world.ask("GET", path(submission), by=CLYDE)).status_code == status
    change = {"end_date": "2026-03-31"}
    updated = await world.ask(
        "PUT",
        f"/backup_approver_associations/{association['id']}",
        by=ODER,
        backup_approver_association=change,
    )
    assert only(updated)["end_date"] == "2026-03-31"
    only(await world.ask("PUT", path(submission, "/approve"), by=CLYDE))


async def test_bulk_decisions_are_an_array_with_whole_numbers(world: World) -> None:
    one, two = await world.submit((await world.log())["id"]), await world.submit((await world.log())["id"])
    listed = [int(one["id"]), int(two["id"])]
    response = await world.ask(
        "POST",
        "/timesheet_approvals",
        by=ODER,
        resolution={"submission_ids": listed, "description": "Thanks"},
    )
    assert response.status_code == 200
    assert set(response.json()) == {"resolutions"}
    first = response.json()["resolutions"][0]
    assert (first["type"], first["target_id"], first["account_id"], first["current"]) == (
        "approval", listed[0], 500, True,
    )  # fmt: skip
    for submission in (one, two):
        assert only(await world.ask("GET", path(submission)))["status"] == "approved"


@pytest.mark.parametrize(("verb", "status"), [("rejections", "rejected"), ("cancellations", "cancelled")])
async def test_many_are_rejected_or_cancelled(world: World, verb: str, status: str) -> None:
    submission = await world.submit((await world.log())["id"])
    body = {"submission_ids": [submission["id"]]}
    assert (await world.ask("POST", f"/timesheet_{verb}", by=ODER, resolution=body)).status_code == 200
    assert only(await world.ask("GET", path(submission)))["status"] == status


async def test_bulk_decisions_are_all_or_nothing(world: World) -> None:
    one, two = await world.submit((await world.log())["id"]), await world.submit((await world.log())["id"])
    await world.ask("PUT", path(two, "/reject"), by=ODER)
    body = {"submission_ids": [one["id"], two["id"]]}
    assert refused(await world.ask("POST", "/timesheet_approvals", by=ODER, resolution=body)) == (
        422,
        {"base"},
    )
    assert only(await world.ask("GET", path(one)))["status"] == "pending"
    response = await world.ask("POST", "/timesheet_approvals", by=ODER, resolution={"submission_ids": []})
    assert refused(response) == (422, {"submission_ids"})


async def test_a_decision_can_be_answered_with_the_submission(make_world: MakeWorld) -> None:
    world = make_world(action_answer="timesheet_submissions")
    submission = await world.submit((await world.log())["id"])
    response = await world.ask("PUT", path(submission, "/approve?include=user"), by=ODER)
    assert only(response)["status"] == "approved"
    assert list(response.json()["users"]) == [TAY]


@pytest.mark.parametrize(("kind", "number"), [("integer", int), ("string", str)])
async def test_bulk_decisions_can_be_a_map_and_ids_texts(
    make_world: MakeWorld, kind: str, number: type
) -> None:
    for shape in ("map", "array"):
        world = make_world(bulk_answer=shape, resolution_ids=kind)
        submission = await world.submit((await world.log())["id"])
        body = {"submission_ids": [submission["id"]]}
        answer = (await world.ask("POST", "/timesheet_approvals", by=ODER, resolution=body)).json()
        (row,) = rows(answer) if shape == "map" else answer["resolutions"]
        assert row["target_id"] == number(submission["id"])
        assert row["user_id"] == number(102)


async def test_bulk_decisions_can_do_what_can_be_done(make_world: MakeWorld) -> None:
    world = make_world(bulk_resolution="what_can_be")
    one, two = await world.submit((await world.log())["id"]), await world.submit((await world.log())["id"])
    await world.ask("PUT", path(two, "/reject"), by=ODER)
    body = {"submission_ids": [one["id"], two["id"]]}
    response = await world.ask("POST", "/timesheet_approvals", by=ODER, resolution=body)
    assert [row["target_id"] for row in response.json()["resolutions"]] == [int(one["id"])]
    body = {"submission_ids": [two["id"]]}
    assert refused(await world.ask("POST", "/timesheet_approvals", by=ODER, resolution=body)) == (
        422,
        {"base"},
    )


async def test_approved_can_be_final(make_world: MakeWorld) -> None:
    world = make_world(approved_can_be_rejected=False)
    submission = await world.submit((await world.log())["id"])
    await world.ask("PUT", path(submission, "/approve"), by=ODER)
    decided = only(await world.ask("GET", path(submission), by=ODER))
    assert decided["permissions"]["can_reject_submission"] is False
    assert refused(await world.ask("PUT", path(submission, "/reject"), by=ODER)) == (422, {"base"})


@pytest.mark.parametrize(
    ("cancelled_by", "owner", "approver"),
    [("both", 200, 200), ("approver", 403, 200), ("submitter", 200, 403)],
)
async def test_who_cancels_is_one_of_three(
    make_world: MakeWorld, cancelled_by: str, owner: int, approver: int
) -> None:
    for by, status in ((TAY, owner), (ODER, approver)):
        world = make_world(cancelled_by=cancelled_by)
        submission = await world.submit((await world.log())["id"])
        seen = only(await world.ask("GET", path(submission), by=by))
        assert seen["permissions"]["can_cancel_submission"] is (status == 200)
        assert (await world.ask("PUT", path(submission, "/cancel"), by=by)).status_code == status


async def test_own_timesheets_can_be_nobodys_to_approve(make_world: MakeWorld) -> None:
    world = make_world(own_approval="nobody")
    own = await world.submit((await world.log(by=HUDSON))["id"], by=HUDSON)
    assert refused(await world.ask("PUT", path(own, "/approve"), by=HUDSON)) == (403, {"system"})
