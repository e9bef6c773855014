"""What a job used of its machine."""
import os
import resource
from unittest import mock

from runner import disk, unit, usage
from runner_case import RunnerCase


class UsageTest(RunnerCase):
    def told(self, text: str) -> usage.Usage:
        path = self.path('app-result')
        with open(path + '.usage', 'w', encoding='ascii') as file:
            file.write(text)
        return usage.of_unit(path)

    def test_a_unit_is_told_by_its_control_group(self) -> None:
        self.assertEqual(self.told('1288490188 83456789\n'), {'peak_memory_bytes': 1288490188, 'cpu_seconds': 83.46})

    def test_what_the_kernel_did_not_tell_is_left_out(self) -> None:
        self.assertEqual(self.told('- 1500000\n'), {'cpu_seconds': 1.5})
        self.assertEqual(self.told('- -\n'), {})
        self.assertEqual(self.told(''), {})
        self.assertEqual(usage.of_unit(self.path('nothing')), {})

    def test_a_program_is_told_by_the_largest_process_in_it(self) -> None:
        path = self.path('app-result')
        usage.keep(path, resource.getrusage(resource.RUSAGE_SELF))
        used = usage.of_unit(path)
        self.assertGreater(used['peak_memory_bytes'], 1 << 20)
        self.assertGreater(used['cpu_seconds'], 0)

    def test_numbers_for_which_there_is_no_room_are_lost_and_nothing_else(self) -> None:
        usage.keep(os.path.join(self.path('nowhere'), 'app-result'), resource.getrusage(resource.RUSAGE_SELF))

    def test_the_machine_has_memory_processors_and_a_disk(self) -> None:
        machine = usage.of_machine(self.folder, self.path('none'))
        for name, value in machine.items():
            self.assertGreater(value, 0, name)
        self.assertEqual(machine['memory_limit_bytes'], unit.memory_limit_kib() * 1024)

    def test_the_ballast_is_not_what_the_job_used(self) -> None:
        ballast = self.path('ballast')
        disk.add_ballast(ballast)
        self.assertGreaterEqual(disk.occupied_bytes(ballast), 16 << 20)
        about = os.statvfs_result((4096, 4096, 10000, 4000, 4000, 0, 0, 0, 0, 255))
        with mock.patch('os.statvfs', return_value=about):
            machine = usage.of_machine(self.folder, ballast)
        self.assertEqual(machine['disk_used_bytes'], 6000 * 4096 - disk.occupied_bytes(ballast))
