"""What a job used of its machine."""
import os
import resource

from runner import usage
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
        for name, value in usage.of_machine(self.folder).items():
            self.assertGreater(value, 0, name)
