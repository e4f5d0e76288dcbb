from plimsoll.vocabulary.tracing import SilentTracer


def test_a_silent_tracer_hears_everything_and_says_nothing() -> None:
    tracer = SilentTracer()
    with tracer.stage("margin", {"rows": 3}) as span:
        span.set({"rows": 4})
        tracer.current().event("breach", {"account": "A01"})
        assert tracer.marks() == {}
    tracer.current().set({"rows": 5})
