from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ocop_badges import days
from ocop_badges.credentials import keys
from ocop_badges.credentials.models import SigningKey
from ocop_badges.errors import DomainError


class Command(BaseCommand):
    help = (
        "Let a new key sign the credentials of certificates. The old key stays published, so that what it signed goes\n"
        "on being believed until the last certificate of today has ended.\n\n"
        "With --retire a key is withdrawn at once: after a leak, nothing it signed may be believed any more. Where it\n"
        "is the one that signs, a new one takes its place first; holders fetch their credentials anew.\n\n"
        "Run it too after CREDENTIALS_SECRET (or SECRET_KEY, where that one is not set) has changed."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--retire",
            metavar="KID",
            help="withdraw this key (its thumbprint) at once; written --retire=KID, as one may begin with a dash",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = days.now()
        try:
            if options["retire"]:
                keys.retire_key(kid=options["retire"], at=now.at)
                self.stdout.write(f"{options['retire']} is withdrawn.")
            else:
                keys.rotate_key(at=now.at)
        except DomainError as error:
            raise CommandError(str(error)) from None
        for key in SigningKey.objects.published(on=now.day):
            role = "signs" if key.needed_until is None else f"published until {key.needed_until}"
            self.stdout.write(f"{key.kid}  {role}")
        self.stdout.write(self.style.SUCCESS("Done."))
