import { nameOf, processesOfJob } from '../../bench/startup/trace';

// As strace(1) writes a machine down: numbers of its own beside the tracer's, calls in two halves, threads that start
// processes.
const TRACE = `100 execve("/usr/bin/systemd-nspawn", ["systemd-nspawn"], 0x1 /* 9 vars */) = 0
100 clone(child_stack=NULL, flags=CLONE_NEWNS|SIGCHLD) = 101
101 execve("/lib/systemd/systemd", ["/lib/systemd/systemd"], 0x1 /* 9 vars */) = 0
101 clone(child_stack=NULL, flags=SIGCHLD, child_tidptr=0x7) = 7 /* 110 in strace's PID NS */
110 execve("/usr/bin/udevadm", ["udevadm"], 0x1 /* 9 vars */) = 0
101 clone(child_stack=NULL, flags=SIGCHLD, child_tidptr=0x7 <unfinished ...>
120 execve("/usr/libexec/lambda-ec2/boot", ["/usr/libexec/lambda-ec2/boot"], 0x1 /* 9 vars */ <unfinished ...>
101 <... clone resumed>, child_tidptr=0x7) = 8 /* 120 in strace's PID NS */
120 <... execve resumed>) = 0
120 execve("/usr/local/sbin/bash", ["bash", "boot"], 0x1 /* 9 vars */) = -1 ENOENT (No such file or directory)
120 execve("/usr/bin/bash", ["bash", "boot"], 0x1 /* 9 vars */) = 0
120 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0} => {parent_tid=[9 /* 121 in strace's PID NS */]}, 88) = 9 /* 121 in strace's PID NS */
121 vfork( <unfinished ...>
130 execve("/usr/bin/curl", ["curl"], 0x1 /* 9 vars */) = 0
121 <... vfork resumed>) = 10 /* 130 in strace's PID NS */
120 fork() = 11 /* 131 in strace's PID NS */
101 clone(child_stack=NULL, flags=SIGCHLD, child_tidptr=0x7) = 12 /* 140 in strace's PID NS */
140 execve("/usr/libexec/lambda-ec2/app", ["/usr/libexec/lambda-ec2/app"], 0x1 /* 9 vars */) = 0
`;
const APP = `140 execve("/opt/venvs/a/bin/python", ["/opt/venvs/a/bin/python", "main.py"], 0x1 /* 9 vars */) = 0
140 fork() = 13 /* 150 in strace's PID NS */
`;

test("the processes of a job are those of its units before the app's first line, without threads and without the app", () => {
  expect(processesOfJob(TRACE + APP).map(nameOf)).toEqual(['bash', 'curl', 'a copy of bash']);
});

test('a trace without the app is none', () => {
  expect(() => processesOfJob(TRACE)).toThrow('the app did not begin');
});
