"""Signing in to Kantata: from the Connect button through the browser to a person's own connection.

Who presses Allow may have been sent there by somebody else. So a link is signed, good for one person, once,
for ten minutes, in the browser that opened it; and a Kantata account whose e-mail address is another
Slack user's is never connected.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import structlog

from bot import administration, connection_notices, connections, languages, service_accounts
from bot.deps import Deps, SignIn
from bot.domain.languages import later, speak, tr
from bot.domain.problems import Problem
from bot.domain.sign_ins import LIFE, SignInState, StateForged, challenge, decode_state, encode_state
from bot.kantata.errors import KantataError, SignedOut
from bot.kantata.oauth import OAuthApplication, SignInFailed, exchange_code, revoke
from bot.kantata.records import User
from bot.people import NotConnected
from bot.people import find as find_person
from bot.settings import Settings
from bot.slack import SlackFailed, SlackPerson
from bot.views import connections as views
from bot.views.messages import Message
from storage import connections as stored
from storage import people, sign_ins, writes
from storage.connections import ConnectedElsewhere, token_binding
from storage.encryption import Cipher, SealedForAnother, Undecipherable
from storage.sign_ins import verifier_binding

STATE = "sign-in state"
KEPT = timedelta(days=1)  # a used link is told from a forged one for so long

log = structlog.get_logger()

AGAIN = later("Type /kantata connect in Slack for a new link.")
NOTHING = later("Nothing was connected.")


class SignInEnded(Problem):
    """A page of the sign-in that leads no further; ``title`` stands above its text, and is still English."""

    title: ClassVar[str]

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(map(tr, sentences)))


class NotSetUp(SignInEnded):
    """Signing in is not set up."""

    title = later("Nobody can sign in here")


class LinkRefused(SignInEnded):
    """The browser came with a link that is not, or no longer, good."""

    title = later("This link does not work")


class NotConnectedNow(SignInEnded):
    """The sign-in came to its end without a connection."""

    title = later("You are not connected")


FORGED = later("It is not one of mine, or it was not copied whole.")
STALE = later("It was good for ten minutes, and they are over.")
USED = later(
    "It has been used already, and each works once. If you have just signed in, you can close this page."
)
NOT_INSTALLED = later("This app is not in that Slack workspace any more.")
ELSEWHERE = later(
    "This sign-in was not begun in this browser. A link is for the person it was given to: if somebody sent "
    "it to you, do not use it."
)
DENIED = later("Kantata says that you did not allow access.")
INCOMPLETE = later("Kantata sent you back without an answer.")
CODE_REFUSED = later("Kantata did not accept the sign-in, perhaps because it took more than five minutes.")
SET_UP_WRONG = later("Kantata does not accept this app's own credentials.")
TELL_WHOEVER_RUNS_IT = later("Please tell whoever runs this app: its check command says more.")
NO_ANSWER = later("Kantata or Slack does not answer at the moment.")
NOT_OF_FIRM = later("The Kantata account you signed in with is not an active one of this firm.")
SIGN_OUT_OR_ASK = later("Sign out of Kantata, or ask your Kantata administrator to activate your account.")
TAKEN = later("The Kantata account you signed in with belongs to somebody else in this Slack workspace.")
SIGN_OUT = later("Sign out of Kantata, and sign in there with your own account.")
NOT_ADMINISTRATOR = later(
    "The Kantata account you signed in with is not an administrator of the firm's account, so it could not "
    "read or write for others."
)
SIGN_IN_AS_ONE = later("Sign out of Kantata, type /kantata admin in Slack, and sign in with one that is.")
NOT_SERVED = later("Your Slack account cannot use this app.")


def set_up(settings: Settings) -> SignIn | None:
    """What the settings say of signing in; None where they say nothing."""
    client_id, secret, url = settings.kantata_client_id, settings.kantata_client_secret, settings.public_url
    if client_id is None or secret is None or url is None:
        return None
    application = OAuthApplication(
        settings.kantata_app_url, client_id, secret.get_secret_value(), f"{url}/kantata/callback"
    )
    return SignIn(application, f"{url}/kantata/connect", Cipher(settings.fernet_keys))


async def invite(deps: Deps, workspace: str, slack_id: str) -> Message:
    """What ``/kantata connect`` answers, to people whom Kantata does not know too.

    Raises NotConnected for those whom the bot does not serve.
    """
    try:
        await find_person(deps, workspace, slack_id)
    except NotConnected as unknown:
        if not unknown.may_connect:
            raise
    connection = await connections.find(deps, workspace, slack_id)
    return await offer(deps, workspace, slack_id, views.why_connect(connection is not None))


async def offer(deps: Deps, workspace: str, slack_id: str, why: str) -> Message:
    """The Connect button of that person, under ``why``; says so where signing in is not set up."""
    if deps.sign_in is None:
        return views.not_set_up()
    return views.connect(why, await _link(deps, deps.sign_in, workspace, slack_id))


async def link(deps: Deps, workspace: str, slack_id: str) -> str | None:
    """Where that person's browser begins to sign in, good for ten minutes; None where nobody can."""
    return await _link(deps, deps.sign_in, workspace, slack_id) if deps.sign_in else None


async def invite_administrator(deps: Deps, workspace: str, slack_id: str) -> Message:
    """The Connect button by which an administrator chooses the account that serves the whole workspace."""
    if deps.sign_in is None:
        return views.not_set_up()
    url = await _link(deps, deps.sign_in, workspace, slack_id, service=True)
    return views.connect(views.why_connect_workspace(deps.has_account), url)


async def workspace_link(deps: Deps, workspace: str, slack_id: str) -> str | None:
    """Where that administrator's browser begins to connect the whole workspace; None where nobody can."""
    return await _link(deps, deps.sign_in, workspace, slack_id, service=True) if deps.sign_in else None


async def _link(deps: Deps, sign_in: SignIn, workspace: str, slack_id: str, *, service: bool = False) -> str:
    verifier = sign_in.cipher.seal(secrets.token_urlsafe(48), verifier_binding(workspace, slack_id))
    now = deps.clock()
    async with deps.database.transaction() as session:
        number = await sign_ins.add(session, workspace, slack_id, verifier, now, service=service)
    state = SignInState(number, workspace, slack_id, now + LIFE)
    return f"{sign_in.connect_url}?state={encode_state(state, sign_in.cipher.keys_for(STATE)[0])}"


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, and the cookie by which it is known again. ``https``: the cookie needs it."""

    authorize_url: str
    cookie: str
    value: str
    https: bool


async def begin(deps: Deps, state_text: str) -> Begun:
    """The person opened the link. Raises SignInEnded where it is not good."""
    sign_in = _needed(deps.sign_in)
    state = await _begun_by(deps, sign_in, state_text)
    async with deps.database.reading() as session:
        link = await sign_ins.find(session, state.id, state.workspace, state.slack_id)
    if link is None or link.used_at is not None:
        raise LinkRefused(USED, AGAIN)
    verifier = _verifier(sign_in, link)
    url = sign_in.application.authorize_url(state_text, challenge(verifier))
    return Begun(url, _cookie(state), _mark(state_text), sign_in.connect_url.startswith("https:"))


@dataclass(frozen=True)
class Connected:
    """Who is connected now: the Slack user's name, and the Kantata user's. ``service``: the whole workspace
    is, by that user."""

    slack_name: str
    kantata_name: str
    service: bool = False


async def finish(deps: Deps, query: Mapping[str, str], cookies: Mapping[str, str]) -> Connected:
    """The browser came back from Kantata. Raises SignInEnded where that ends without a connection."""
    sign_in = _needed(deps.sign_in)
    state_text = query.get("state", "")
    state = await _begun_by(deps, sign_in, state_text)
    if not secrets.compare_digest(cookies.get(_cookie(state), "").encode(), _mark(state_text).encode()):
        raise LinkRefused(ELSEWHERE, AGAIN)
    async with deps.database.transaction() as session:
        link = await sign_ins.use(session, state.id, state.workspace, state.slack_id, deps.clock())
    if link is None:
        raise LinkRefused(USED, AGAIN)
    if "code" not in query:
        why = DENIED if query.get("error") == "access_denied" else INCOMPLETE
        raise NotConnectedNow(why, NOTHING, AGAIN)
    token = await _token(sign_in, query["code"], _verifier(sign_in, link))
    try:
        if link.service:
            return await _connect_workspace(deps, sign_in, state, token)
        return await _connect(deps, sign_in, state, token)
    except (KantataError, SlackFailed) as failed:
        log.warning("sign-in not finished", person=state.slack_id, error=type(failed).__name__)
        raise NotConnectedNow(NO_ANSWER, NOTHING, AGAIN) from None


async def _token(sign_in: SignIn, code: str, verifier: str) -> str:
    try:
        tokens = await exchange_code(sign_in.application, code, verifier=verifier)
    except SignInFailed as refused:
        raise _refused(refused) from None
    except KantataError:
        raise NotConnectedNow(NO_ANSWER, NOTHING, AGAIN) from None
    return tokens.access


def _refused(refused: SignInFailed) -> NotConnectedNow:
    if refused.error in ("invalid_client", "unauthorized_client"):
        return NotConnectedNow(SET_UP_WRONG, NOTHING, TELL_WHOEVER_RUNS_IT)
    why = NO_ANSWER if refused.error == "unreadable_answer" else CODE_REFUSED
    return NotConnectedNow(why, NOTHING, AGAIN)


async def _connect(deps: Deps, sign_in: SignIn, state: SignInState, token: str) -> Connected:
    """Connect the person as the token's user, once it is certain that this is nobody else."""
    slack = await deps.slack.person(state.workspace, state.slack_id)
    me = await _me(deps, token)
    if not _is_served(slack) or me is None:
        await _discard(sign_in, token)
        if _is_served(slack):
            raise NotConnectedNow(NOT_OF_FIRM, NOTHING, SIGN_OUT_OR_ASK, AGAIN)
        raise NotConnectedNow(NOT_SERVED, NOTHING)
    if await _is_anothers(deps, state, slack, me):
        # Not revoked: Kantata may have given its owner the very same token.
        raise NotConnectedNow(TAKEN, NOTHING, SIGN_OUT, AGAIN)
    sealed = sign_in.cipher.seal(token, token_binding(state.workspace, state.slack_id))
    notice = connection_notices.connected(state.workspace, state.slack_id, me.id, me.name, state.id)
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        try:
            await stored.replace(session, state.workspace, state.slack_id, me.id, sealed, now)
        except ConnectedElsewhere:
            raise NotConnectedNow(TAKEN, NOTHING, SIGN_OUT, AGAIN) from None
        await people.set_match(session, state.workspace, state.slack_id, me.id)
        await writes.add(session, notice, now)
    log.info("connected", workspace=state.workspace, person=state.slack_id)
    return Connected(slack.name, me.name)


async def _connect_workspace(deps: Deps, sign_in: SignIn, state: SignInState, token: str) -> Connected:
    """Serve the workspace by the token's user, where an administrator of both sides signed in."""
    kantata = deps.kantata.acting_as(token)
    slack = await deps.slack.person(state.workspace, state.slack_id)
    me = await kantata.me()
    memberships = [each async for each in kantata.account_memberships(by_user_id=me.id)]
    administers = await administration.is_administrator(deps, state.workspace, state.slack_id)
    if not administers or not any(each.is_administrator for each in memberships):
        await _discard(sign_in, token)
        if administers:
            raise NotConnectedNow(NOT_ADMINISTRATOR, NOTHING, SIGN_IN_AS_ONE)
        raise NotConnectedNow(NOT_SERVED, NOTHING)
    await service_accounts.keep(deps, sign_in, me, token, state.slack_id)
    return Connected(slack.name, me.name, service=True)


async def _me(deps: Deps, token: str) -> User | None:
    """Whose token it is; None for nobody active in the firm."""
    try:
        me = await deps.kantata.acting_as(token).me()
    except SignedOut:
        return None
    return me if await connections.is_active(deps, me.id) else None


def _is_served(slack: SlackPerson) -> bool:
    return not (slack.deleted or slack.is_bot or slack.is_guest or slack.is_stranger)


async def _is_anothers(deps: Deps, state: SignInState, slack: SlackPerson, me: User) -> bool:
    """Whether another Slack user has the e-mail address of that Kantata user."""
    if not me.email or me.email.casefold() == (slack.email or "").casefold():
        return False
    owner = await deps.slack.holder_of(state.workspace, me.email)
    return owner not in (None, state.slack_id)


async def _discard(sign_in: SignIn, token: str) -> None:
    """Leave no token behind that nobody will use."""
    try:
        await revoke(sign_in.application, token)
    except (SignInFailed, KantataError) as failed:
        log.warning("token not revoked", error=type(failed).__name__)


def _needed(sign_in: SignIn | None) -> SignIn:
    if sign_in is None:
        raise NotSetUp(views.NOT_SET_UP)
    return sign_in


def workspace_of(sign_in: SignIn | None, state_text: str) -> str:
    """The workspace that the link was made for. Raises SignInEnded where it is not one of ours."""
    return _decoded(_needed(sign_in), state_text).workspace


def _decoded(sign_in: SignIn, text: str) -> SignInState:
    try:
        return decode_state(text, sign_in.cipher.keys_for(STATE))
    except StateForged:
        raise LinkRefused(FORGED, AGAIN) from None


async def _begun_by(deps: Deps, sign_in: SignIn, text: str) -> SignInState:
    """Whose sign-in it is; from here on it is told in that person's language. Raises LinkRefused."""
    state = _state(deps, sign_in, text)
    speak(await languages.of_person(deps.database, state.workspace, state.slack_id))
    return state


def _state(deps: Deps, sign_in: SignIn, text: str) -> SignInState:
    state = _decoded(sign_in, text)
    if deps.clock() >= state.until:
        raise LinkRefused(STALE, AGAIN)
    return state


def _verifier(sign_in: SignIn, link: sign_ins.SignIn) -> str:
    try:
        return sign_in.cipher.unseal(link.verifier, link.binding)
    except (Undecipherable, SealedForAnother):
        raise LinkRefused(STALE, AGAIN) from None


def _cookie(state: SignInState) -> str:
    return f"kantata_sign_in_{state.id}"


def _mark(state_text: str) -> str:
    """What the browser that opened the link keeps: the signature, which no other link has."""
    return state_text.rpartition(".")[2]


async def forget(deps: Deps) -> None:
    """Drop links that have been over for long."""
    async with deps.database.transaction() as session:
        await sign_ins.forget_before(session, deps.clock() - KEPT)
