"""The endpoint by real HTTP."""

import gzip
import socket
import threading
import urllib.error
import urllib.request

import pytest

from plimsoll.observability.metrics import Family, Kind, Sample
from plimsoll.observability.metrics_server import application, serving
from plimsoll.vocabulary.errors import BadInput


def families() -> list[Family]:
    return [Family("plimsoll_x", Kind.gauge, "X.", (), (Sample(1.0),))]


def read(address: str, **headers: str) -> tuple[int, str, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers["Content-Type"], refused.read()


def test_metrics_health_and_nothing_else() -> None:
    with serving(application(families), "127.0.0.1", 0) as base:
        assert base.startswith("http://127.0.0.1:")
        status, kind, body = read(f"{base}/metrics")
        assert (status, body) == (200, b"# HELP plimsoll_x X.\n# TYPE plimsoll_x gauge\nplimsoll_x 1.0\n")
        assert kind.startswith("text/plain; version=")
        assert read(f"{base}/healthz") == (200, "text/plain; charset=utf-8", b"ok\n")
        assert read(f"{base}/")[0] == 404


def test_a_scrape_that_asks_for_it_is_packed() -> None:
    with serving(application(families), "127.0.0.1", 0) as base:
        status, _, body = read(f"{base}/metrics", **{"Accept-Encoding": "gzip"})
    assert (status, gzip.decompress(body).splitlines()[-1]) == (200, b"plimsoll_x 1.0")


def test_health_does_not_wait_for_a_scrape_and_scrapes_wait_for_each_other() -> None:
    inside, go = threading.Event(), threading.Event()
    at_once: list[int] = []
    busy = 0

    def slow() -> list[Family]:
        nonlocal busy
        busy += 1
        at_once.append(busy)
        inside.set()
        assert go.wait(5)
        busy -= 1
        return families()

    with serving(application(slow), "127.0.0.1", 0) as base:
        scrapes = [threading.Thread(target=read, args=(f"{base}/metrics",)) for _ in range(3)]
        for scrape in scrapes:
            scrape.start()
        assert inside.wait(5)
        assert read(f"{base}/healthz")[2] == b"ok\n"
        go.set()
        for scrape in scrapes:
            scrape.join(5)
    assert at_once == [1, 1, 1]


def test_the_port_is_free_again_afterwards() -> None:
    with serving(application(families), "127.0.0.1", 0) as base:
        port = int(base.rpartition(":")[2])
    with serving(application(families), "127.0.0.1", port) as again:
        assert again == base


@pytest.mark.parametrize("address", ["127.0.0.1", "not an address", "203.0.113.1"])
def test_where_one_cannot_listen_is_bad_input(address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match="cannot_listen") as caught, serving(application(families), address, port):
            raise AssertionError("listens")
    assert caught.value.value.startswith(f"{address}:{port}: ")
