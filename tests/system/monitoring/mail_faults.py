"""Mails that do not arrive, for one reason or another."""

from fleet import Fleet, add_settings, at_least, in_world
from mail_server import MailServer
from processes import World
from prometheus import going_on

MANY = 12  # more than the rule bears


class AnsweringMailServer(MailServer):
    """Answers each recipient with `recipients`; lets nobody in while it is `closed`."""

    recipients = "250 2.1.5 well"
    closed = False

    def talk(self, stream):
        if self.closed:
            return self.say(stream, "421 4.3.2 closed")
        super().talk(stream)

    def hear(self, stream):
        line = super().hear(stream)
        if self.closed:
            raise EOFError
        if line.upper().startswith(b"RCPT"):
            self.say(stream, self.recipients)
            return self.hear(stream)
        return line


@in_world(World)
def mails(world):
    server = AnsweringMailServer(world.folder / "outbox")
    add_settings(world, f'\n[mail]\nkind = "smtp"\nurl = "smtp://127.0.0.1:{server.port}"\n')
    fleet = Fleet(world)
    before = fleet.scrape()
    server.recipients = "550 5.1.1 no such mailbox"
    fleet.order()
    refused = fleet.wait_for("a mail is refused",
                             at_least("spillway_mails_total", 'result="refused"', 1))
    server.recipients = "450 4.7.1 greylisted"
    fleet.order()
    fleet.wait_for("a mail is put off", at_least("spillway_mails_deferred", "", 1))
    put_off = fleet.where_it_goes()
    for _ in range(MANY):
        fleet.order()
    fleet.wait_for("many are put off", at_least("spillway_mails_deferred", "", MANY))
    many = fleet.where_it_goes()
    server.closed = True
    fleet.order()
    fleet.wait_for("the server is away", at_least("spillway_mail_server_away", "", 1))
    away = fleet.where_it_goes()
    server.end()
    return [("mails are refused", going_on(before, refused), MAILS_REFUSED),
            ("one recipient is put off", put_off, None),
            ("many recipients are put off", many, MAILS_WAIT),
            ("the mail server is away", away, MAIL_SERVER_AWAY)]


MAILS_REFUSED = ("SpillwayMailsRefused",)
MAILS_WAIT = ("SpillwayMailsWait",)
MAIL_SERVER_AWAY = ("SpillwayMailServerAway",)
