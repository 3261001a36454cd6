"""A small Stripe with a memory, over HTTP on 127.0.0.1: sessions, payments, refunds, disputes, keys, events.

What the API would refuse is held against stripe-mock elsewhere; this one remembers, so that messages can be lost,
doubled, delayed and told in any order, and requests can fail before or after they took effect. ``fail`` and what a
shopper or a bank does are methods; ``events`` are what Stripe would tell, not yet told to anybody.

A session's page, ``/pay/{id}``, has one button that pays and leads back to the shop.
"""

import hashlib
import hmac
import json
import re
import threading
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY = "sk_test_51FakeSecretOfTheShop"
WEBHOOK_SECRET = "whsec_FakeSigningSecret"
Json = dict[str, Any]


class ApiError(Exception):
    def __init__(self, status: int, code: str, kind: str = "invalid_request_error", message: str = "") -> None:
        super().__init__(code)
        self.status = status
        # As talkative as the real one, which repeats what it was given.
        self.body = {"error": {"type": kind, "code": code, "message": message or f"No: {code}"}}


class FakeStripe:
    """``now`` gives the instant in seconds. ``refunds_settle``: at once, or when a test says so (``settle_refund``)."""

    def __init__(self, *, now: Callable[[], float], secret: str = WEBHOOK_SECRET) -> None:
        self.now = now
        self.secret = secret
        self.base = ""
        self.refunds_settle = True
        self.events: list[Json] = []
        self.requests: list[tuple[str, str, Json, str]] = []  # method, path, parameters, idempotency key
        self.failures: deque[str] = deque()
        self.objects: dict[str, Json] = {}
        self.tells: str = ""  # where events go once somebody has paid on a session's page, if anywhere
        self._answers: dict[str, tuple[str, int, Json]] = {}
        self._numbers = count(1)
        self._lock = threading.RLock()

    # --- what a test makes happen -------------------------------------------------------------------------

    def fail(self, *how: str) -> None:
        """The next requests fail so: ``lost`` (never arrives), ``cut`` (takes effect, the answer is lost), ``500``
        (kept under its key), ``429``."""
        self.failures.extend(how)

    def pay(self, session_id: str, *, amount: int | None = None) -> str:
        """A shopper pays on the session's page; the id of the payment."""
        with self._lock:
            session = self.objects[session_id]
            assert session["status"] == "open", session["status"]
            intent = self.add_intent(
                amount if amount is not None else session["amount_total"],
                order=session["metadata"].get("order", ""),
                transfer_group=session["_intent"].get("transfer_group"),
            )
            session.update(status="complete", payment_status="paid", payment_intent=intent["id"])
            self._tell("checkout.session.completed", session)
            return str(intent["id"])

    def add_intent(self, amount: int, *, order: str, currency: str = "vnd", name: str = "", **more: Any) -> Json:
        """A payment that succeeded, however it came about."""
        intent = self._new(
            "payment_intent", "pi", name=name, amount=amount, amount_received=amount, currency=currency,
            status="succeeded", metadata={"order": order} if order else {}, **more,
        )  # fmt: skip
        charge = self._new("charge", "ch", amount=amount, payment_intent=intent["id"], amount_refunded=0)
        intent["latest_charge"] = charge["id"]
        self._tell("payment_intent.succeeded", intent)
        return intent

    def fail_payment(self, session_id: str) -> None:
        """What was to come later does not come."""
        intent = self._new("payment_intent", "pi", amount_received=0, currency="vnd", status="requires_payment_method")
        self.objects[session_id].update(status="complete", payment_intent=intent["id"])
        self._tell("checkout.session.async_payment_failed", self.objects[session_id])

    def expire(self, session_id: str) -> None:
        session = self.objects[session_id]
        session.update(status="expired")
        self._tell("checkout.session.expired", session)

    def settle_refund(self, refund_id: str, status: str) -> None:
        refund = self.objects[refund_id]
        refund["status"] = status
        self._tell("refund.failed" if status == "failed" else "refund.updated", refund)

    def refund_by_hand(self, intent_id: str, amount: int) -> str:
        """Somebody pays back in the dashboard."""
        refund = self._refund({"payment_intent": intent_id, "amount": str(amount)})
        return str(refund["id"])

    def dispute(self, intent_id: str, *, amount: int) -> str:
        dispute = self._new("dispute", "dp", payment_intent=intent_id, amount=amount, status="needs_response")
        self._tell("charge.dispute.created", dispute)
        return str(dispute["id"])

    def close_dispute(self, dispute_id: str, status: str) -> None:
        self.objects[dispute_id]["status"] = status
        self._tell("charge.dispute.closed", self.objects[dispute_id])

    def tell_all(self) -> None:
        """Tell ``tells`` everything that was not told yet, in the order in which it happened."""
        while self.tells and self.events:
            body, signature = self.sent(self.events.pop(0))
            headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
            urllib.request.urlopen(urllib.request.Request(self.tells, data=body, headers=headers), timeout=30).close()

    def of_kind(self, kind: str) -> list[Json]:
        return [each for each in self.objects.values() if each["object"] == kind]

    def sent(self, event: Json, *, secret: str = "", at: float | None = None) -> tuple[bytes, str]:
        """The body of a message and its ``Stripe-Signature``."""
        return sign(json.dumps(event).encode(), secret=secret or self.secret, at=self.now() if at is None else at)

    # --- the API ------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, parameters: Json, key: str) -> tuple[int, Json, dict[str, str]]:
        with self._lock:
            self.requests.append((method, path, parameters, key))
            asked = json.dumps([method, path, parameters], sort_keys=True)
            if key and key in self._answers:
                before, status, body = self._answers[key]
                if before != asked:
                    error = ApiError(400, "idempotency_key_in_use", "idempotency_error")
                    return error.status, error.body, {}
                return status, body, {"Idempotent-Replayed": "true"}
            try:
                if self.failures and self.failures[0] in {"500", "429"}:
                    raise ApiError(int(self.failures.popleft()), "api_error", "api_error")
                status, body = 200, self._shown(self._act(method, path, parameters), parameters)
            except ApiError as error:
                status, body = error.status, error.body
            if key and status != 429:
                self._answers[key] = asked, status, json.loads(json.dumps(body))
            return status, body, {}

    def _act(self, method: str, path: str, parameters: Json) -> Any:
        match method, path.removeprefix("/v1/").split("/"):
            case "POST", ["checkout", "sessions"]:
                return self._open(parameters)
            case "GET", ["checkout", "sessions"]:
                return self._listed("checkout.session", parameters)
            case "GET", ["payment_intents" | "refunds" | "disputes" as what]:
                return self._listed(what[:-1], parameters)
            case "POST", ["checkout", "sessions", name, "expire"]:
                return self._expire(self._found(name, "checkout.session"))
            case "GET", ["checkout", "sessions", name]:
                return self._found(name, "checkout.session")
            case "GET", ["payment_intents" | "refunds" | "disputes" | "charges" as what, name]:
                return self._found(name, what[:-1])
            case "POST", ["refunds"]:
                return self._refund(parameters)
        raise ApiError(404, "unknown_url")

    def _open(self, asked: Json) -> Json:
        line = asked["line_items"]["0"]
        price = line["price_data"]
        if asked["mode"] != "payment" or price["currency"] != "vnd":
            raise ApiError(400, "parameter_invalid")
        lasts = int(asked["expires_at"]) - self.now()
        if not 30 * 60 <= lasts <= 24 * 3600:
            raise ApiError(400, "expires_at_out_of_bounds")
        session = self._new(
            "checkout.session", "cs_test", status="open", payment_status="unpaid", payment_intent=None,
            amount_total=int(price["unit_amount"]) * int(line["quantity"]), currency=price["currency"],
            client_reference_id=asked["client_reference_id"], metadata=asked["metadata"],
            expires_at=int(asked["expires_at"]), success_url=asked["success_url"], cancel_url=asked["cancel_url"],
            customer_email=asked["customer_email"], _intent=asked["payment_intent_data"],
        )  # fmt: skip
        session["url"] = f"{self.base}/pay/{session['id']}"
        return session

    def _expire(self, session: Json) -> Json:
        if session["status"] != "open":
            raise ApiError(400, "resource_not_open")
        self.expire(session["id"])
        return session

    def _refund(self, asked: Json) -> Json:
        intent = self._found(asked["payment_intent"], "payment_intent")
        gone = sum(
            each["amount"]
            for each in self.of_kind("refund")
            if each["payment_intent"] == intent["id"] and each["status"] not in {"failed", "canceled"}
        )
        if any(each["payment_intent"] == intent["id"] and each["status"] != "won" for each in self.of_kind("dispute")):
            raise ApiError(400, "charge_disputed")
        amount = int(asked["amount"])
        if not 0 < amount <= intent["amount_received"] - gone:
            raise ApiError(400, "charge_already_refunded" if gone else "parameter_invalid_integer")
        status = "succeeded" if self.refunds_settle else "pending"
        refund = self._new(
            "refund", "re", amount=amount, payment_intent=intent["id"], status=status,
            metadata=asked.get("metadata", {}), currency=intent["currency"],
        )  # fmt: skip
        charge = self.objects[intent["latest_charge"]]
        charge["amount_refunded"] = gone + amount
        self._tell("charge.refunded", charge)
        return refund

    def _listed(self, kind: str, parameters: Json) -> Json:
        since = int(parameters.get("created", {}).get("gte", 0)) if "created" in parameters else 0
        intent = parameters.get("payment_intent")
        found = [
            each
            for each in reversed(self.of_kind(kind))
            if each["created"] >= since and intent in (None, each.get("payment_intent"))
        ]
        if after := parameters.get("starting_after"):
            found = found[[each["id"] for each in found].index(after) + 1 :]
        size = int(parameters.get("limit", 10))
        return {"object": "list", "data": found[:size], "has_more": len(found) > size, "url": f"/v1/{kind}s"}

    def _found(self, name: str, kind: str) -> Json:
        found = self.objects.get(name)
        if found is None or found["object"] != kind:
            raise ApiError(404, "resource_missing", message=f"No such {kind}: '{name}'; key {KEY}")
        return found

    def _new(self, kind: str, prefix: str, *, name: str = "", **fields: Any) -> Json:
        made = {"id": name or f"{prefix}_{next(self._numbers):08}", "object": kind, "created": int(self.now())}
        self.objects[made["id"]] = {**made, **fields}
        return self.objects[made["id"]]

    def _shown(self, said: Json, parameters: Json) -> Json:
        """Without what is ours alone, and with what was asked to be expanded."""
        wanted = [path.rpartition(".")[2] for path in parameters.get("expand", {}).values()]
        rows = said["data"] if said["object"] == "list" else [said]
        shown = []
        for row in rows:
            shown.append({key: value for key, value in row.items() if not key.startswith("_")})
            for name in wanted:
                if isinstance(row.get(name), str):
                    shown[-1][name] = self.objects[row[name]]
        answer = {**said, "data": shown} if said["object"] == "list" else shown[0]
        copied: Json = json.loads(json.dumps(answer))
        return copied

    def _tell(self, kind: str, what: Json) -> None:
        event = self._new(
            "event", "evt", type=kind, api_version="2026-10-28.endive", livemode=False,
            data={"object": json.loads(json.dumps(what))},
        )  # fmt: skip
        del self.objects[event["id"]]
        self.events.append(event)


def sign(body: bytes, *, secret: str, at: float) -> tuple[bytes, str]:
    stamp = str(int(at)).encode()
    return body, f"t={int(at)},v1={hmac.new(secret.encode(), stamp + b'.' + body, hashlib.sha256).hexdigest()}"


def nested(pairs: list[tuple[str, str]]) -> Json:
    """``a[b][0]=c`` as Stripe reads it; lists become dictionaries by position."""
    read: Json = {}
    for name, value in pairs:
        first, *rest = re.findall(r"[^\[\]]+", name)
        place = read
        for part in rest:
            place = place.setdefault(first, {})
            first = part
        place[first] = value
    return read


@contextmanager
def serving(fake: FakeStripe, *, port: int = 0) -> Iterator[FakeStripe]:
    """Serve a fake for as long as the block lasts; ``fake.base`` is its address."""

    class Desk(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            where = urlsplit(self.path)
            if where.path.startswith("/pay/"):
                self._page(where.path.removeprefix("/pay/"))
                return
            if self.headers.get("Authorization") != f"Bearer {KEY}":
                said = self.headers.get("Authorization")
                error = ApiError(401, "", message=f"Invalid API Key provided: {said}")
                self._write(error.status, error.body, {})
                return
            how = fake.failures.popleft() if fake.failures and fake.failures[0] in {"lost", "cut"} else ""
            if how != "lost":
                parameters = nested(parse_qsl(body or where.query, keep_blank_values=True))
                told = fake.answer(self.command, where.path, parameters, self.headers.get("Idempotency-Key", ""))
            if how:
                self.close_connection = True
                self.connection.close()
                return
            self._write(*told)

        def _write(self, status: int, said: Json, headers: dict[str, str]) -> None:
            raw = json.dumps(said).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Request-Id": "req_fake", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def _page(self, session_id: str) -> None:
            session = fake.objects[session_id]
            if self.command == "POST":
                fake.pay(session_id)
                fake.tell_all()
                self.send_response(303)
                self.send_header("Location", session["success_url"])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            raw = (
                "<!doctype html><html lang=vi><title>Stripe</title><link rel=icon href=data:,>"
                f"<h1>{session['amount_total']} ₫</h1>"
                f"<form method=post><button>Pay</button></form><a href='{escape(session['cancel_url'])}'>Back</a>"
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64  # of the usual five, more who come at one moment are turned away for a second

    server = Server(("127.0.0.1", port), Desk)
    fake.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
