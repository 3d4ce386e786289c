# SPDX-License-Identifier: MIT
"""What the servers to throw away have in common: their lives, and the command line that runs them."""

from __future__ import annotations

import argparse
import atexit
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, unquote

PATIENCE = 180  # seconds for a start or a stop, on a machine with much else to do
SOCKET_PATH_LIMIT = 107  # of sockaddr_un, with the name that the server gives the socket
OTHER_SERVER = Path(__file__).resolve().parents[2] / "scripts" / "other_server"


class ServerError(Exception):
    """The server, or a program that talks to it, failed; the text is what that said."""


def scratch_folder(prefix: str) -> Path:
    """A new folder that a server can reach, in memory where there is enough of it."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=memory if roomy else None))
    folder.chmod(0o755)
    return folder


def free_port() -> int:
    """A port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def process_state(pid: int | str) -> tuple[str, int]:
    """The kernel's letter for a process and its parent's id; Z and 0 if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return fields[0], int(fields[1])
    except (OSError, IndexError):
        return "Z", 0


def children_of(pid: int) -> list[int]:
    """The processes that a process started."""
    names = [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [int(name) for name in names if process_state(name)[1] == pid]


class ThrowAwayServer:
    """One server with its data in a folder of its own; as a context manager it starts and stops.

    The folder stays the caller's: it is made if need be, but not removed.
    """

    host = "127.0.0.1"
    user = ""               # who may do everything, without a password
    error = ServerError
    engine = ""             # in a database's URI
    account_name = ""       # whom the server runs as where we are root
    environment_name = ""   # the variable that tells of a server which runs already, by its URI ...
    bin_name = ""           # ... and of the folder of its programs
    default_settings: dict[str, str | None] = {}   # None: an option without a value
    stop_signals: dict[str, int] = {}   # the ways to end it; the first is the usual one
    guard_signal = "KILL"   # what ends it when nobody needs its data any more
    socket_name = ""        # the longest file name in its socket folder
    port_taken = ""         # what its log says if somebody took the port

    def __init__(self, folder: Path, *, bin_folder: Path | None = None,
                 settings: dict[str, str | None] | None = None) -> None:
        self.folder = Path(folder).absolute()
        self.bin_folder = Path(bin_folder) if bin_folder else self.newest_bin_folder()
        self.port = free_port()
        self.settings = self.default_settings | (settings or {})
        self.data, self.log = self.folder / "data", self.folder / "server.log"
        self.shared = False  # true: somebody else started it, and ends it
        self._socket_folder: Path | None = None
        self._process: subprocess.Popen | None = None
        self._guard: subprocess.Popen | None = None

    @classmethod
    def from_environment_or_new(cls, folder: Path, **more):
        """The server that the environment tells of, or one to start in the folder.

        One that runs already can't be restarted nor killed, and stop() leaves it alone.
        """
        uri = os.environ.get(cls.environment_name)
        if not uri:
            return cls(folder, **more)
        match = re.fullmatch(rf"db:{cls.engine}://([^@/]+)@127\.0\.0\.1:(\d+)/", uri)
        if not match:
            raise cls.error(f"{cls.environment_name} isn't of the form "
                            f"db:{cls.engine}://USER@127.0.0.1:PORT/: {uri}")
        if cls.bin_name in os.environ:
            more["bin_folder"] = Path(os.environ[cls.bin_name])
        server = cls(folder, **more)
        server.user, server.port, server.shared = unquote(match[1]), int(match[2]), True
        return server

    def uri(self, database: str, user: str | None = None) -> str:
        """A database as Sqitch and kedge call it."""
        return (f"db:{self.engine}://{quote(user or self.user)}@{self.host}:{self.port}/"
                f"{quote(database, safe='')}")

    # --- what each has in its own way ------------------------------------------------------

    @staticmethod
    def newest_bin_folder() -> Path:
        """Where the programs of this machine's server are."""
        raise NotImplementedError

    def is_made(self) -> bool:
        """Whether the data folder is there."""
        raise NotImplementedError

    def make_data(self) -> None:
        """Make the data folder, or say what is wrong."""
        raise NotImplementedError

    def command(self) -> list[str | Path]:
        """What starts the server."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Whether the process that we started answers."""
        raise NotImplementedError

    def find_socket_folder(self) -> Path:
        """Where the socket of a server is that somebody else started."""
        raise NotImplementedError

    def after_first_start(self) -> None:
        """What is to be done once in a new server."""

    # --- its life ------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether it is there, as far as we know."""
        return self.shared or (self._process is not None and self._process.poll() is None)

    @property
    def pid(self) -> int:
        """The process that all others of the server come from."""
        if self._process is None:
            raise self.error("this server isn't ours, or isn't running")
        return self._process.pid

    @property
    def socket_folder(self) -> Path:
        """Where its Unix socket is."""
        if self._socket_folder is None:
            self._socket_folder = self.find_socket_folder() if self.shared else self._make_socket_folder()
        return self._socket_folder

    def start(self) -> None:
        """Make the data folder if it is the first time, start, and wait until it answers."""
        if self.running:
            return
        first = not self.is_made()
        if first:
            self._initialise()
        for attempt in range(5):
            self._process = self._launch()
            if self._wait_until_ready():
                break
            self._process = None
            if not first or attempt == 4 or self.port_taken not in self._log_tail():
                raise self.error(f"the server doesn't start:\n{self._log_tail()}")
            self.port = free_port()  # somebody took it since we looked
        atexit.register(self.stop)
        if first:
            self.after_first_start()

    def stop(self, mode: str = "fast") -> None:
        """End it in one of its ways, without complaint if it isn't running."""
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(self.stop_signals[mode])
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._kill_all(process)
        self._dismiss_guard()

    def restart(self, mode: str = "fast") -> None:
        """Stop and start on the same port."""
        self._must_be_ours("restarted")
        self.stop(mode)
        self.start()

    def kill(self) -> None:
        """SIGKILL to all of its processes at once, as the kernel does when memory is short."""
        self._must_be_ours("killed")
        process, self._process = self._process, None
        atexit.unregister(self.stop)
        if process is not None:
            self._kill_all(process)
        self._dismiss_guard()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    # --- how it is started ---------------------------------------------------------------

    def _must_be_ours(self, what: str) -> None:
        if self.shared:
            raise self.error(f"the server of {self.environment_name} can't be {what}: others use it too")

    def _account(self) -> pwd.struct_passwd | None:
        """Whom the server runs as, if we are root."""
        if os.geteuid():
            return None
        try:
            return pwd.getpwnam(self.account_name)
        except KeyError:
            raise self.error(f"root can't run the server, and there is no user `{self.account_name}`") from None

    def as_account(self, *command: str | Path) -> list[str]:
        """A command that runs as that user."""
        account = self._account()
        if (self.bin_folder / "changes-user").exists():
            account = None  # the programs of scripts/other_server do so by themselves
        change = [] if account is None else ["setpriv", f"--reuid={account.pw_uid}",
                                             f"--regid={account.pw_gid}", "--init-groups", "--"]
        return [*change, *map(str, command)]

    def own_folder(self, path: Path, mode: int) -> None:
        """A folder that belongs to whom the server runs as."""
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        self.own(path)

    def own(self, path: Path) -> None:
        """It belongs to whom the server runs as."""
        account = self._account()
        if account:
            os.chown(path, account.pw_uid, account.pw_gid)

    def _make_socket_folder(self) -> Path:
        """In the server's folder, unless the path of the socket would be too long."""
        path = self.folder / "socket"
        if len(os.fsencode(path)) + 1 + len(self.socket_name) > SOCKET_PATH_LIMIT:
            path = Path(tempfile.mkdtemp(prefix=f"kedge-{self.engine}-socket-", dir="/tmp"))
            atexit.register(shutil.rmtree, path, ignore_errors=True)
        return path

    def _initialise(self) -> None:
        """Make the data folder where its user can get at it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._account():
            self.folder.chmod(0o755)
            closed = [p for p in self.folder.parents if not stat.S_IMODE(p.stat().st_mode) & 0o001]
            if closed:
                raise self.error(f"the user `{self.account_name}` can't get into {closed[0]}; use a folder in /tmp")
        self.own_folder(self.data, 0o700)
        try:
            self.make_data()
        except ServerError:
            shutil.rmtree(self.data, ignore_errors=True)
            raise

    def clean_environment(self) -> dict[str, str]:
        """The environment without what would tell the server's programs of other servers."""
        return dict(os.environ)

    def _launch(self) -> subprocess.Popen:
        """The server as a child of ours, in a session of its own: Ctrl-C is for us to handle."""
        self.own_folder(self.socket_folder, 0o755)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.as_account(*self.command()), cwd="/", env=self.clean_environment() | {"LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self._post_guard(process.pid)
        return process

    def _wait_until_ready(self) -> bool:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            if self.is_ready():
                return True
            time.sleep(0.01)
        if self._process.poll() is None:
            self._kill_all(self._process)
        self._dismiss_guard()
        return False

    def _post_guard(self, pid: int) -> None:
        """A shell that ends the server if we die in a way that runs no code of ours."""
        self._guard = subprocess.Popen(["sh", "-c", f'read -r word || kill -{self.guard_signal} "$0"', str(pid)],
                                       stdin=subprocess.PIPE, start_new_session=True)

    def _dismiss_guard(self) -> None:
        """It has nothing to look after any more."""
        guard, self._guard = self._guard, None
        if guard is not None:
            guard.communicate(b"done\n")

    @staticmethod
    def _kill_all(process: subprocess.Popen) -> None:
        """The parent is stopped first, so that no child comes after we have counted."""
        process.send_signal(signal.SIGSTOP)
        children = children_of(process.pid)
        process.kill()
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        process.wait()
        end = time.monotonic() + PATIENCE
        while any(process_state(pid)[0] not in "ZX" for pid in children) and time.monotonic() < end:
            time.sleep(0.005)

    def _log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


def programs_of_release(release: str, folder: Path, *engine: str) -> Path:
    """The programs of another Debian release, to be called as if they were this one's."""
    if subprocess.run([OTHER_SERVER, "wrap", release, folder, *engine], check=False).returncode:
        raise ServerError(f"no server of {release}")
    return folder


def run_command(command: list[str], server: ThrowAwayServer) -> int:
    """A command with the server in its environment; what asks us to end is handed on to it."""
    environment = os.environ | {server.environment_name: server.uri(""), server.bin_name: str(server.bin_folder)}
    try:
        child = subprocess.Popen(command, env=environment)
    except OSError as wrong:
        print(f"{Path(sys.argv[0]).name}: {wrong}", file=sys.stderr)
        return 127
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: child.send_signal(got))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the child has got it too
    code = child.wait()
    return code if code >= 0 else 128 - code


def command_line(what: str) -> argparse.ArgumentParser:
    """The options that all servers have."""
    parser = argparse.ArgumentParser(description=f"Runs a command with a {what} server of its own.")
    parser.add_argument("--bin", type=Path, help="folder of the server's programs (the newest)")
    parser.add_argument("--release", help="Debian release whose server it is; needs root and the network")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a server setting")
    parser.add_argument("--run", nargs=argparse.REMAINDER, required=True, metavar="CMD")
    return parser


def serve(kind: type[ThrowAwayServer], parser: argparse.ArgumentParser, *wrapped: str, more_settings=None) -> int:
    """Start, run, stop."""
    args = parser.parse_args()
    if not args.run:
        parser.error("--run needs a command")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: sys.exit(128 + got))
    folder = scratch_folder(f"kedge-{kind.engine}-")
    try:
        settings = dict(pair.split("=", 1) for pair in args.set)
        settings |= more_settings(args) if more_settings else {}
        if args.release:
            args.bin = programs_of_release(args.release, folder / "bin", *wrapped)
            os.environ.pop(kind.environment_name, None)  # another server than the one that is asked for
        with kind.from_environment_or_new(folder, bin_folder=args.bin, settings=settings) as server:
            return run_command(args.run, server)
    except ServerError as wrong:
        print(f"{Path(sys.argv[0]).name}: {wrong}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
