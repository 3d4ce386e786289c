# SPDX-License-Identifier: MIT
"""What single points can't show: two who deploy at once, and sessions that outlive their kedge.

An orphan is a session whose kedge was killed while the server was at work for it. It goes on until
it next looks at its socket, and may commit yet; until then it holds the lock between deployers."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import postgres_project
import postgres_state as pg
import project
import state
from libpq import Session
from postgres_bench import Bench
from server_checks import check_end
from project import simple, stepped

PATIENCE = 60


class Runner:
    """A program in the background, with its output in a file."""

    def __init__(self, command: list, folder: Path, environment: dict[str, str]) -> None:
        self._output = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdout=self._output,
                                        stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT)

    @property
    def output(self) -> str:
        self._output.seek(0)
        return self._output.read().decode("utf-8", "replace")

    def wait(self) -> int:
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def wait_until_stopped(self) -> bool:
        return os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED |
                         os.WNOWAIT).si_code == os.CLD_STOPPED

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def says(self, text: str) -> bool:
        """Waits until it has said that."""
        return until(lambda: text in self.output or self.process.poll() is not None) and \
            text in self.output

    def must_end(self, name: str, *codes: int) -> list[str]:
        code = self.wait()
        return [] if code in codes else [f"{name} ends with {code}:\n{self.output[-2000:]}"]


def until(condition) -> bool:
    end = time.monotonic() + PATIENCE / 2
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


class Case:
    """What is to be done on a bench, and what is wrong after it."""

    name = ""

    def __str__(self) -> str:
        return self.name

    def kedge(self, bench: Bench, name: str, *words: str, folder: Path | None = None,
              stop: tuple[str, int] | None = None) -> Runner:
        extra = {"LD_PRELOAD": bench.shared.shim, "KEDGE_WIRE_KIND": stop[0],
                 "KEDGE_WIRE_AT": str(stop[1]), "KEDGE_WIRE_DO": "stop"} if stop else {}
        return Runner(bench.command(name, *words), folder or bench.shared.project,
                      bench.environment(**extra))

    def play(self, bench: Bench) -> list[str]:
        with bench.database() as name, bench.session(name) as session:
            return self.play_on(bench, name, session)

    def play_on(self, bench: Bench, name: str, session: Session) -> list[str]:
        raise NotImplementedError


class TwoDeploys(Case):
    """Two at once: one deploys, the other waits, and finds nothing to do."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.name = f"two-deploys {delay:g}"

    def play_on(self, bench: Bench, name: str, session: Session) -> list[str]:
        first = self.kedge(bench, name, "deploy")
        time.sleep(self.delay)
        second = self.kedge(bench, name, "deploy")
        problems = first.must_end("the first deploy", 0) + second.must_end("the second", 0)
        if sum("Nothing to deploy" in who.output for who in (first, second)) != 1:
            problems.append(f"not exactly one deployed:\n{first.output}{second.output}")
        return problems + check_end(bench, session, "deploy")


class OneKilled(Case):
    """One is stopped in the middle of its deploy, another waits for it, and one of them dies."""

    def __init__(self, victim: str, kind: str, at: int) -> None:
        self.victim, self.stop = victim, (kind, at)
        self.name = f"{victim}-killed {kind} {at}"

    def play_on(self, bench: Bench, name: str, session: Session) -> list[str]:
        holder = self.kedge(bench, name, "deploy", stop=self.stop)
        if not holder.wait_until_stopped():
            return [f"it was to stop at {self.stop}:\n{holder.output}"]
        waiter = self.kedge(bench, name, "deploy")
        problems = []
        if not waiter.says("waiting for"):
            problems = [f"the second deploy doesn't say that it waits:\n{waiter.output}"]
        elif "waiting for process " not in waiter.output or "kedge" not in waiter.output:
            problems = [f"the second deploy doesn't say for whom it waits:\n{waiter.output}"]
        if self.victim == "waiter":
            waiter.kill()
            holder.process.send_signal(signal.SIGCONT)
            problems += holder.must_end("the first deploy", 0)
        else:
            holder.kill()
            problems += waiter.must_end("the deploy that waited", 0)
        return problems + check_end(bench, session, "deploy")


GATE = simple("gate", "CREATE TABLE gate (x integer);\nCREATE TABLE effects (what text);\n"
              "CREATE TABLE things (id integer);\nINSERT INTO things VALUES (1), (2);\n"
              "CREATE INDEX things_old ON things (id);\n"
              "CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
              "    PERFORM x FROM gate;\n    RETURN NULL;\nEND;\n$$;\n"
              "CREATE TABLE late (x integer);\n"
              "CREATE CONSTRAINT TRIGGER late_gate AFTER INSERT ON late DEFERRABLE INITIALLY "
              "DEFERRED\n    FOR EACH ROW EXECUTE FUNCTION pass_gate();", "SELECT 1;", "")
# Of a run's first change kedge asks more before its commit, in a message of its own.
BETWEEN = simple("between", postgres_project.effect("between") + ";", "SELECT 1;", "")
AFTER = simple("after", postgres_project.effect("after") + ";", "SELECT 1;", "")
SHUT = "LOCK TABLE gate"
# By name: the change at which the server is made to wait, and the statement that makes it.
ORPHANS = {
    "middle": (simple("hung", f"{postgres_project.effect('1')};\nSELECT x FROM gate;\n"
                      f"{postgres_project.effect('2')};", "SELECT 1;", ""), SHUT),
    "commit": (simple("hung", f"{postgres_project.effect('1')};\nINSERT INTO late VALUES (1);",
                      "SELECT 1;", ""), SHUT),
    "update": (stepped("hung", [postgres_project.effect("1"),
                                postgres_project.also("2", "UPDATE things SET id = id + 1"),
                                postgres_project.effect("3")], ["SELECT 1"], "",
                       head="-- kedge: no-transaction\n"), "LOCK TABLE things IN EXCLUSIVE MODE"),
    "own-commit": (stepped("hung", [postgres_project.effect("1"), "BEGIN",
                                    postgres_project.effect("2"), "INSERT INTO late VALUES (1)",
                                    "COMMIT", postgres_project.effect("3")], ["SELECT 1"], ""),
                   SHUT),
    "vacuum": (stepped("hung", [postgres_project.effect("1"), "VACUUM things",
                                postgres_project.effect("2")], ["SELECT 1"], ""),
               "LOCK TABLE things IN SHARE MODE"),
    "index": (stepped("hung", [postgres_project.effect("1"),
                               "CREATE INDEX CONCURRENTLY things_id ON things (id)",
                               postgres_project.effect("2")], ["SELECT 1"], ""),
              "LOCK TABLE things IN ROW EXCLUSIVE MODE"),
    "drop-index": (stepped("hung", [postgres_project.effect("1"),
                                    "DROP INDEX CONCURRENTLY things_old",
                                    postgres_project.effect("2")], ["SELECT 1"], ""),
                   "LOCK TABLE things IN ACCESS SHARE MODE"),
    "reindex": (stepped("hung", [postgres_project.effect("1"),
                                 "REINDEX INDEX CONCURRENTLY things_old",
                                 postgres_project.effect("2")], ["SELECT 1"], ""),
                "LOCK TABLE things IN ROW EXCLUSIVE MODE"),
}


class Orphan(Case):
    """kedge is killed while the server is at work for it, and the next one comes at once. The work
    goes on a moment later."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.change, self.shut = ORPHANS[kind]
        self.name = f"orphan {kind}"

    def play_on(self, bench: Bench, name: str, session: Session) -> list[str]:
        with tempfile.TemporaryDirectory(dir=bench.shared.folder) as folder:
            project.write_project(Path(folder) / "p", "kedge",
                                  [GATE, BETWEEN, self.change, AFTER], "pg", "")
            return self._play_in(Path(folder) / "p", bench, name, session)

    def _play_in(self, folder: Path, bench: Bench, name: str, session: Session) -> list[str]:
        with bench.database() as undisturbed, bench.session(undisturbed) as other:
            bench.must(undisturbed, "deploy", folder=folder)
            rows, objects = pg.registry(other), pg.snapshot(other)
        bench.must(name, "deploy", "--to", "gate", folder=folder)
        with bench.session(name) as gate:
            gate.rows(f"BEGIN; {self.shut}")
            first = self.kedge(bench, name, "deploy", folder=folder)
            def hanging() -> set[str]:
                return {row[0] for row in pg.kedge_sessions(session) if row[2] == "Lock"}
            until(hanging)
            orphans = hanging()
            first.kill()
            if not orphans:
                return [f"the server was to wait in {self.kind}:\n{first.output}"]
            second = self.kedge(bench, name, "deploy", folder=folder)
            # It waits by itself, or the server lets it wait, or it doesn't wait at all.
            until(lambda: "waiting for" in second.output or hanging() - orphans or
                  second.process.poll() is not None)
            gate.rows("COMMIT")
        problems = second.must_end("the next deploy", 0)
        problems += pg.wait_until_gone(session)
        problems += [f"in the end, {line}" for line in
                     state.differences(objects, pg.snapshot(session))]
        problems += [f"in the end, registry {line}" for line in
                     state.differences(rows, pg.registry(session))]
        return problems + pg.leftovers(session)


class CutCommit(Case):
    """The network fails while the server is at work for a commit, and kedge asks on a new
    connection what became of it. It must not say that nothing happened while that is open."""

    name = "cut commit"

    def play_on(self, bench: Bench, name: str, session: Session) -> list[str]:
        with tempfile.TemporaryDirectory(dir=bench.shared.folder) as scratch:
            folder = Path(scratch) / "p"
            project.write_project(folder, "kedge", [GATE, BETWEEN, ORPHANS["commit"][0]],
                                  "pg", "")
            with bench.database() as other, bench.session(other) as counting:
                sends = self._deploy(bench, folder, other, counting, 0)[1]
            kedge, _ = self._deploy(bench, folder, name, session, sends)
        problems = pg.wait_until_gone(session)
        happened = "hung" in pg.deployed(session)
        if kedge.process.returncode == 0 and not happened:
            problems.append(f"it ends with 0, and nothing happened:\n{kedge.output}")
        if kedge.process.returncode and happened and "nothing of" in kedge.output:
            problems.append(f"it says that nothing happened, and then it has:\n{kedge.output}")
        return problems

    def _deploy(self, bench: Bench, folder: Path, name: str, session: Session,
                at: int) -> tuple[Runner, int]:
        """Up to the commit that hangs, where the network fails behind message `at`; 0: never, and
        the number of messages is what is asked for."""
        bench.must(name, "deploy", "--to", "gate", folder=folder)
        log = folder / "events"
        with bench.session(name) as gate:
            gate.rows(f"BEGIN; {SHUT}")
            kedge = Runner(bench.command(name, "deploy"), folder, bench.environment(
                LD_PRELOAD=bench.shared.shim, KEDGE_WIRE_LOG=str(log), KEDGE_WIRE_DO="cut",
                KEDGE_WIRE_KIND="sent", KEDGE_WIRE_AT=str(at)))
            until(lambda: any(row[2] == "Lock" for row in pg.kedge_sessions(session)))
            count = sum(line.startswith("send") for line in log.read_text().splitlines())
            log.unlink()
            if at == 0:
                kedge.kill()
            else:
                until(lambda: kedge.process.poll() is not None or "waiting" in kedge.output)
            gate.rows("COMMIT")
        kedge.wait()
        return kedge, count


class WithSqitch(Case):
    """kedge and Sqitch at once, in a project of Sqitch's: they keep each other out."""

    def __init__(self, kedge_later: float) -> None:
        self.kedge_later = kedge_later
        self.name = f"with-sqitch {kedge_later:g}"

    def play_on(self, bench: Bench, name: str, session: Session) -> list[str]:
        changes = postgres_project.tables() + postgres_project.objects()
        with tempfile.TemporaryDirectory(dir=bench.shared.folder) as scratch:
            folder = Path(scratch) / "p"
            project.write_project(folder, "sqitch", changes, "pg", "")

            def kedge() -> Runner:
                return self.kedge(bench, name, "deploy", folder=folder)

            def sqitch() -> Runner:
                environment = bench.environment(PERL5LIB=os.environ.get("PERL5LIB", ""))
                return Runner(["sqitch", "deploy", "--no-verify", bench.server.uri(name)], folder,
                              environment)
            first = sqitch() if self.kedge_later >= 0 else kedge()
            time.sleep(abs(self.kedge_later))
            second = kedge() if self.kedge_later >= 0 else sqitch()
            first.wait()
            second.wait()
        both = [first, second] if self.kedge_later < 0 else [second, first]
        problems = both[0].must_end("kedge", 0, 6) + both[1].must_end("sqitch", 0, 1, 2)
        rows = pg.registry(session, "sqitch")
        names = [change.name for change in changes]
        if [row[2] for row in rows["changes"]] != names:
            problems.append(f"the registry's changes aren't those of the plan: {rows['changes']}")
        events = [(row[0], row[2]) for row in rows["events"] if row[0] != "fail"]
        if events != [("deploy", change) for change in names]:
            problems.append(f"not each change was deployed once: {events}")
        problems += [f"in the end, {line}" for line in state.differences(
            bench.shared.states["deploy"][len(changes)], pg.snapshot(session, "sqitch"))]
        if problems:
            problems += [f"they said:\n{first.output}\n{second.output}"]
        return problems


def cases() -> list[Case]:
    out: list[Case] = [TwoDeploys(0), TwoDeploys(0.05), TwoDeploys(0.3)]
    out += [OneKilled("waiter", "sent", 60)]
    # Within a script, at a commit, and in a script under the journal.
    out += [OneKilled("holder", "sent", at) for at in (24, 37, 60, 61, 75, 76, 110)]
    out += [Orphan(kind) for kind in ORPHANS]
    out.append(CutCommit())
    if shutil.which("sqitch"):
        out += [WithSqitch(0), WithSqitch(0.6), WithSqitch(-0.1)]
    return out
