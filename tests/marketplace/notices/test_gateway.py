"""The gateway for text messages, against a real server that misbehaves."""

import socket
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from marketplace.notices.channels import Away, Refused, TryLater
from marketplace.notices.channels.gateway import GatewayCarrier
from marketplace.notices.models import Message

from .sink import Sink


def carrier(sink: Sink, timeout: float = 5) -> GatewayCarrier:
    return GatewayCarrier(url=sink.url, token="s3cret", timeout=timeout)


def message(key: str = "k1") -> Message:
    return Message(key=key, address="+84912345678", language="vi", body="Chợ OCOP: Cà phê hết hạn 13/01/2026.")


def test_it_sends_json_with_the_key_the_token_and_the_length(sink: Sink) -> None:
    with carrier(sink) as gateway:
        gateway.send(message())
    assert sink.delivered["k1"] == {
        "key": "k1",
        "to": "+84912345678",
        "text": "Chợ OCOP: Cà phê hết hạn 13/01/2026.",
        "language": "vi",
        "encoding": "ucs-2",
        "length": 36,
        "parts": 1,
    }
    headers = sink.headers[0]
    assert (headers["Idempotency-Key"], headers["Authorization"]) == ("k1", "Bearer s3cret")
    assert headers["Content-Type"] == "application/json"


def test_many_messages_take_one_connection(sink: Sink) -> None:
    with carrier(sink) as gateway:
        for number in range(20):
            gateway.send(message(f"k{number}"))
    assert len(sink.delivered) == 20
    assert sink.connections == 1


@pytest.mark.parametrize("status", [500, 502, 503, 408, 409, 425])
def test_what_may_pass_is_tried_later(sink: Sink, status: int) -> None:
    sink.misbehave = lambda handler, key: handler.answer(status, b"not now")
    with carrier(sink) as gateway, pytest.raises(TryLater, match=f"{status}: not now"):
        gateway.send(message())


@pytest.mark.parametrize("status", [400, 410, 422])
def test_what_will_never_be_taken_is_refused(sink: Sink, status: int) -> None:
    sink.misbehave = lambda handler, key: handler.answer(status, b"no such number")
    with carrier(sink) as gateway, pytest.raises(Refused, match="no such number"):
        gateway.send(message())


@pytest.mark.parametrize("status", [301, 401, 403, 404])
def test_a_wrong_token_or_address_is_no_fault_of_the_message(sink: Sink, status: int) -> None:
    sink.misbehave = lambda handler, key: handler.answer(status, Location="http://127.0.0.1:9/")
    with carrier(sink) as gateway, pytest.raises(Away, match=str(status)):
        gateway.send(message())
    assert len(sink.requests) == 1


@pytest.mark.parametrize(("given", "seconds"), [("120", 120), ("999999999", 86_400), ("soon", 60), ("-5", 60)])
def test_too_many_requests_rest_as_long_as_the_gateway_asks(sink: Sink, given: str, seconds: int) -> None:
    sink.misbehave = lambda handler, key: handler.answer(429, Retry_After=given)
    with carrier(sink) as gateway, pytest.raises(Away) as raised:
        gateway.send(message())
    assert raised.value.rest == timedelta(seconds=seconds)


def test_one_that_hangs_is_left_in_time(sink: Sink) -> None:
    sink.misbehave = lambda handler, key: handler.hang()
    with carrier(sink, timeout=0.2) as gateway, pytest.raises(TryLater, match="did not answer"):
        gateway.send(message())


def test_one_that_drips_its_answer_is_left_in_time(sink: Sink) -> None:
    def drip(handler, key):
        handler.send_response(200)
        handler.send_header("Content-Length", "4000")
        handler.end_headers()
        while not handler.server.ended.wait(0.05):
            handler.wfile.write(b" ")
        return True

    sink.misbehave = drip
    done = threading.Event()

    def send() -> None:
        with carrier(sink, timeout=0.3) as gateway:
            gateway.send(message())
            done.set()

    threading.Thread(target=send, daemon=True).start()
    assert done.wait(5)


def test_one_that_hangs_up_is_tried_later(sink: Sink) -> None:
    sink.misbehave = lambda handler, key: handler.drop()
    with carrier(sink) as gateway, pytest.raises(TryLater, match="hung up"):
        gateway.send(message())


def test_a_connection_that_went_stale_is_made_anew_and_the_key_is_the_same(sink: Sink) -> None:
    with carrier(sink) as gateway:
        gateway.send(message("k1"))
        sink.misbehave = lambda handler, key: len(sink.requests) == 2 and handler.drop()
        gateway.send(message("k2"))
    assert sink.requests == ["k1", "k2", "k2"]
    assert set(sink.delivered) == {"k1", "k2"}


def test_nobody_there_is_away() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with (
        GatewayCarrier(url=f"http://127.0.0.1:{port}/", token="", timeout=1) as gateway,
        pytest.raises(Away, match="refused"),
    ):
        gateway.send(message())


@pytest.mark.parametrize("url", ["sms.example.vn", "ftp://sms.example.vn/", "https:///x"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        GatewayCarrier(url=url, token="", timeout=1)
