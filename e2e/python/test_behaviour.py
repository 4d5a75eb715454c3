"""What the generated module of golden/instrument-python does while a service runs: limits, times, failures, requests."""

import asyncio
import functools
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone

from prometheus_client import CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from shop.metrics import HTTPMiddleware, Metrics, Operation, parse_provider


class Case(unittest.TestCase):
    def setUp(self):
        self.registry = CollectorRegistry()
        self.metrics = Metrics(self.registry)

    def value(self, name, **labels):
        return self.registry.get_sample_value(name, labels)

    def series(self, name):
        return [sample for metric in self.registry.collect() for sample in metric.samples if sample.name == name]


class LabelsTest(Case):
    def test_other_takes_what_has_no_room(self):
        overflows = {"label": "Counter", "metric": "class"}
        at = lambda value: self.metrics.class_(Counter_=value, provider="x")
        for value in ["one", "two", "other", "three", "one", "", "\udc80", "x" * 257]:
            at(value).inc()
        self.assertEqual(self.value("class", Counter="one", provider="x"), 2)
        self.assertEqual(self.value("class", Counter="two", provider="x"), 1)
        self.assertEqual(self.value("class", Counter="other", provider="x"), 5)
        self.assertEqual(self.value("shop_label_overflows_total", **overflows), 4)
        generate_latest(self.registry)

    def test_other_takes_what_does_not_match_the_pattern(self):
        for status in ["200", "700", "2000", "200\n"]:
            self.metrics.http_requests_total(method="GET", route="/", status=status).inc()
        self.assertEqual(self.value("http_requests_total", method="GET", route="/", status="200"), 1)
        self.assertEqual(self.value("http_requests_total", method="GET", route="/", status="other"), 3)

    def test_a_stream_of_values_stays_bounded(self):
        for i in range(100_000):
            self.metrics.class_(Counter_=f"v{i}", provider="x").set(i)
        self.assertEqual(len(self.series("class")), 3)
        held = self.metrics._class
        self.assertLessEqual(len(held._known) + sum(len(label._known) for label in held._labels[:1]), 6)

    def test_unknown_values_are_dropped_and_logged_once(self):
        before = len(self.series("payments_total"))
        with self.assertLogs("shop.metrics", logging.WARNING) as log:
            for _ in range(3):
                self.metrics.payments_total(provider="cash", result="success", self_="").inc()
        self.assertEqual(len(log.records), 1)
        self.assertIn("payments_total is not recorded: its label provider has no value 'cash'", log.output[0])
        self.assertEqual(len(self.series("payments_total")), before)

    def test_excluded_combinations_are_never_exposed(self):
        self.metrics.payments_total(provider="bank", result="declined", self_="").inc()
        self.assertEqual(len(self.series("payments_total")), 2 * 2 * 2 - 2)
        self.assertEqual({sample.value for sample in self.series("payments_total")}, {0})

    def test_text_becomes_a_value_or_none(self):
        self.assertEqual([parse_provider("card"), parse_provider("cash")], ["card", None])

    def test_lazy_series_and_gauges_wait(self):
        self.metrics.workers(state="busy"), self.metrics.a_b()
        self.assertEqual(self.series("carts_total") + self.series("workers") + self.series("a:b"), [])
        self.metrics.carts_total()
        self.assertEqual(self.value("carts_total"), 0)

    def test_threads_lose_nothing(self):
        def work():
            for i in range(2000):
                self.metrics.http_requests_total(method="GET", route=f"/{i % 20}", status="200").inc()

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = self.series("http_requests_total")
        self.assertEqual(sum(sample.value for sample in found), 16000)
        self.assertEqual(len(found), 9 + 1)


class ValuesTest(Case):
    def test_times_are_exposed_in_the_metrics_unit(self):
        busy = self.metrics.busy_minutes_total()
        for duration in [90, timedelta(minutes=2), -5, float("nan"), float("inf")]:
            busy.inc(duration)
        self.assertEqual(self.value("busy_minutes_total"), 3.5)

    def test_what_is_no_number_is_ignored(self):
        size = self.metrics.upload_bytes(provider="card")
        size.observe(float("nan"))
        size.observe(10)
        self.assertEqual(self.value("upload_bytes_sum", provider="card"), 10)
        carts = self.metrics.carts_total()
        for amount in [-1, float("nan"), float("inf"), 2]:
            carts.inc(amount)
        self.assertEqual(self.value("carts_total"), 2)

    def test_a_failing_callback_leaves_its_series_out(self):
        fails = [False]
        busy, idle, alone = self.metrics.workers(state="busy"), self.metrics.workers(state="idle"), self.metrics.a_b()
        for gauge, value in [(busy, 3), (idle, 4), (alone, 5)]:
            gauge.read(lambda value=value: value / (0 if fails[0] and value != 3 else 1))
        exposed = lambda: sorted((sample.name, sample.value) for sample in self.series("workers") + self.series("a:b"))
        whole = [("a:b", 5), ("workers", 3), ("workers", 4)]
        self.assertEqual(exposed(), whole)
        fails[0] = True
        with self.assertLogs("shop.metrics", logging.ERROR):
            self.assertEqual(exposed(), [("workers", 3)])
        fails[0] = False
        self.assertEqual(exposed(), whole)
        busy.forget()
        alone.forget()
        self.assertEqual(exposed(), [("workers", 4)])

    def test_gauges_of_time_take_times(self):
        self.metrics.backup_age_hours().set(timedelta(days=1))
        self.assertEqual(self.value("backup_age_hours"), 24)
        self.metrics.backup_age_hours().read(lambda: 1800)
        self.assertEqual(self.value("backup_age_hours"), 0.5)
        self.metrics.backup_timestamp_seconds().set(datetime(2020, 1, 1, tzinfo=timezone.utc))
        self.assertEqual(self.value("backup_timestamp_seconds"), 1577836800)
        before = time.time()
        self.metrics.backup_timestamp_seconds().set()
        self.assertTrue(before <= self.value("backup_timestamp_seconds") <= time.time())

    def test_facts_replace_those_before(self):
        self.assertEqual(self.series("build_info"), [])
        self.metrics.set_build_info(version="1", stage="test")
        self.metrics.set_build_info(version="2\udc80", stage="live")
        self.assertEqual([sample.labels for sample in self.series("build_info")], [{"version": "2?", "stage": "live"}])
        generate_latest(self.registry)


class TimesTest(Case):
    def setUp(self):
        super().setUp()
        self.times = self.metrics.http_request_duration_seconds(route="/", code="2xx")

    def seen(self):
        labels = {"route": "/", "code": "2xx"}
        return self.value("http_request_duration_seconds_count", **labels), self.value("http_request_duration_seconds_sum", **labels)

    def check(self, count, least):
        seen, total = self.seen()
        self.assertEqual(seen, count)
        self.assertGreaterEqual(total, least)

    def test_blocks_and_functions_are_timed_whatever_is_raised(self):
        @self.times.time()
        def work(fail):
            time.sleep(0.01)
            if fail:
                raise KeyError
            return 1

        with self.assertRaises(KeyError), self.times.time():
            work(True)
        self.assertEqual(work(False), 1)
        self.assertEqual(work.__name__, "work")
        self.check(3, 0.03)

    def test_coroutines_are_timed_until_they_end(self):
        @self.times.time()
        async def work():
            await asyncio.sleep(0.02)
            return 1

        def hiding(function):
            return functools.wraps(function)(lambda: function())

        async def bare():
            await asyncio.sleep(0.02)

        async def main():
            self.assertEqual(await asyncio.gather(work(), work()), [1, 1])
            await self.times.time()(hiding(bare))()
            task = asyncio.ensure_future(work())
            await asyncio.sleep(0.01)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        self.assertTrue(asyncio.iscoroutinefunction(work))
        asyncio.run(main())
        self.check(4, 0.06)

    def test_generators_are_refused(self):
        with self.assertRaises(TypeError):
            self.times.time()(lambda: (yield))

    def test_what_runs_is_counted_until_it_ends(self):
        busy = self.metrics.workers(state="busy")

        @busy.track()
        async def work():
            self.assertEqual(self.value("workers", state="busy"), 2)
            raise KeyError

        with busy.track():
            with self.assertRaises(KeyError):
                asyncio.run(work())
        self.assertEqual(self.value("workers", state="busy"), 0)

    def test_an_operation_records_how_it_ends(self):
        requests = lambda status: self.metrics.http_requests_total(method="GET", route="/", status=status)
        operation = Operation(
            succeeded=requests("200"), failed=requests("500"), cancelled=requests("499"), duration=self.times,
            running=self.metrics.workers(state="busy"),
        )

        @operation
        async def work(ends):
            await asyncio.sleep(0.01)
            if not ends:
                await asyncio.sleep(60)
            raise ends

        @operation
        def call():
            return 1

        async def main():
            task = asyncio.ensure_future(work(None))
            self.assertEqual(len(await asyncio.gather(work(KeyError()), work(ValueError()), return_exceptions=True)), 2)
            self.assertEqual(self.value("workers", state="busy"), 1)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        asyncio.run(main())
        self.assertEqual(call(), 1)
        with operation:
            pass
        counted = {status: self.value("http_requests_total", method="GET", route="/", status=status) for status in ["200", "499", "500"]}
        self.assertEqual(counted, {"200": 2, "499": 1, "500": 2})
        self.assertEqual(self.value("workers", state="busy"), 0)
        self.check(5, 0.03)


class ProcessesTest(unittest.TestCase):
    PROGRAM = """
import os
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from shop.metrics import Metrics

def work(value):
    metrics = Metrics(CollectorRegistry())
    metrics.http_requests_total(method="GET", route="/", status="200").inc(value)
    metrics.workers(state="busy").set(value)
    metrics.backup_age_hours().set(3600 * value)

# A scrape reads the files of the processes one after the other, so it must
# wait until the child has recorded all, and the child, whose gauges count
# only while it lives, must wait for the scrape.
recorded, record = os.pipe()
scraped, scrape = os.pipe()
child = os.fork()
work(2 if child else 3)
if not child:
    os.write(record, b".")
    os.close(scrape)
    os.read(scraped, 1)  # returns when the parent ends, whichever way
    os._exit(0)
os.close(record)
os.read(recorded, 1)
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
os.close(scrape)
os.wait()
"""

    def test_gauges_of_several_processes_combine_as_replicas_do(self):
        with tempfile.TemporaryDirectory() as folder:
            environment = dict(os.environ, PROMETHEUS_MULTIPROC_DIR=folder)
            ran = subprocess.run([sys.executable, "-B", "-c", self.PROGRAM], env=environment, capture_output=True, text=True)
        lines = ran.stdout.splitlines()
        for line in ['http_requests_total{method="GET",route="/",status="200"} 5.0', 'workers{state="busy"} 5.0', "backup_age_hours 3.0"]:
            self.assertIn(line, lines, ran.stdout + ran.stderr)


class MiddlewareTest(Case):
    def setUp(self):
        super().setUp()

        async def answer(request):
            return PlainTextResponse("")

        async def fail(request):
            raise KeyError

        async def hang(request):
            await asyncio.sleep(60)

        inner = Starlette(routes=[Route("/z/{q}", answer)])
        self.app = Starlette(
            routes=[
                Route("/orders/{id:int}", answer, methods=["GET"]),
                Route("/fail", fail),
                Route("/hang", hang),
                Mount("/sub", routes=[Route("/x/{y}", answer), Mount("/deep", app=inner)]),
            ]
        )

    async def request(self, app, method, path):
        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            pass

        scope = {"type": "http", "method": method, "path": path, "root_path": "", "query_string": b"", "headers": []}
        try:
            await app(scope, receive, send)
        except KeyError:
            pass

    def requests(self):
        return {
            (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
            for sample in self.series("http_requests_total")
        }

    ASKED = [("GET", "/orders/1"), ("GET", "/orders/2"), ("PUT", "/orders/3"), ("GET", "/fail"), ("GET", "/sub/x/1"),
             ("GET", "/sub/deep/z/1"), ("POST", "/nowhere/7")]
    COUNTED = {
        ("GET", "/orders/{id:int}", "200"): 2,
        ("other", "/orders/{id:int}", "405"): 1,
        ("GET", "/fail", "500"): 1,
        ("GET", "/sub/x/{y}", "200"): 1,
        ("GET", "/sub/deep/z/{q}", "200"): 1,
        ("POST", "other", "404"): 1,
    }

    def test_requests_are_counted_by_the_routes_templates(self):
        self.app.add_middleware(HTTPMiddleware, metrics=self.metrics)
        for method, path in self.ASKED:
            asyncio.run(self.request(self.app, method, path))
        self.assertEqual(self.requests(), self.COUNTED)
        by_code = {}
        for sample in self.series("http_request_duration_seconds_count"):
            by_code[sample.labels["code"]] = by_code.get(sample.labels["code"], 0) + sample.value
        self.assertEqual(by_code, {"2xx": 4, "4xx": 1, "404": 1, "5xx": 1})

    def test_it_can_stand_around_the_application(self):
        app = HTTPMiddleware(self.app, self.metrics)
        for method, path in self.ASKED:
            asyncio.run(self.request(app, method, path))
        self.assertEqual(self.requests(), self.COUNTED)

    def test_a_client_that_leaves_is_no_error_of_the_service(self):
        async def main():
            app = HTTPMiddleware(self.app, self.metrics)
            await asyncio.wait_for(self.request(app, "GET", "/hang"), 0.05)

        with self.assertRaises(asyncio.TimeoutError):
            asyncio.run(main())
        self.assertEqual(self.requests(), {("GET", "/hang", "499"): 1})

    def test_other_protocols_pass(self):
        seen = []

        async def app(scope, receive, send):
            seen.append(scope["type"])

        asyncio.run(HTTPMiddleware(app, self.metrics)({"type": "lifespan"}, None, None))
        self.assertEqual((seen, self.requests()), (["lifespan"], {}))


if __name__ == "__main__":
    unittest.main()
