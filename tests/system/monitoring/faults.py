"""The states that alerts are for, each made with the real binary. A story gives promtool's series of
what was scraped in them, and says which alerts have to fire."""

import machine_faults as machine
import mail_faults as mail
import relay_faults as relay
import telling_faults as telling


class Story:
    def __init__(self, tell, *fires, needs=()):
        self.tell = tell
        self.fires = [alert for state in fires for alert in state]
        self.needs = needs


STORIES = {
    "healthy": Story(telling.healthy),
    "relay_in_trouble": Story(relay.relay_in_trouble, relay.RELAY_SILENT, relay.RELAY_LATE),
    "line_down": Story(relay.line_down, relay.LINE_DOWN, relay.ENGINE_DOWN),
    "stray_approval": Story(relay.stray_approval, relay.STRAY_APPROVAL),
    "passed_over": Story(relay.passed_over, relay.PASSED_OVER),
    "set_aside": Story(relay.set_aside, relay.SET_ASIDE),
    "mails": Story(mail.mails, mail.MAILS_REFUSED, mail.MAILS_WAIT, mail.MAIL_SERVER_AWAY),
    "approval_of_part": Story(relay.approval_of_part, relay.APPROVAL_OF_PART),
    "webhooks": Story(telling.webhooks, telling.WEBHOOK_WAITS, telling.WEBHOOK_GIVEN_UP, needs=("faketime",)),
    "slow_disk": Story(machine.slow_disk, machine.SLOW_DISK, needs=("strace",)),
    "long_readers": Story(machine.long_readers, machine.LONG_READERS),
    "strangers": Story(machine.strangers, machine.STRANGERS, needs=("openssl",)),
    "restarts": Story(machine.restarts, machine.RESTARTS),
    "descriptors": Story(machine.descriptors, machine.DESCRIPTORS, needs=("prlimit",)),
}
