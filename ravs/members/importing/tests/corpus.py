"""A hundred awkward lists, made by code, each with the verdict that every row must get.

They are given at Leeds: Rosa Keane and Adam Obi work there, Ingrid Holm is invited, Dev Patel and
Lena Fox are deactivated. ``refused`` is what is said of a list that cannot be used at all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from ravs.members.importing.tests.books import WORKBOOKS
from ravs.members.importing.tests.broken import BROKEN

HEAD = "First name,Last name,Email,Level,Vaccinator"
MO = "Mo,Khan,mo.khan@nhs.net,Recorder,Yes"
ZOE = "Zoë,Nuñez,zoe.nunez@nhs.net,administrator,no"
TWO = f"{HEAD}\n{MO}\n{ZOE}"
ADDED = {2: "add", 3: "add"}


@dataclass(frozen=True)
class Case:
    """One list: a file, or a text for the box where ``pasted``."""

    name: str
    data: bytes | Callable[[], bytes | str]
    verdicts: dict[int, str] = field(default_factory=dict)
    refused: str = ""
    pasted: bool = False

    def made(self) -> bytes:
        """Only when asked: some of them take a while to make."""
        data = self.data() if callable(self.data) else self.data
        return data.encode() if isinstance(data, str) else data


def wide(text: str) -> str:
    """``text`` in full-width letters; commas and spaces stay."""
    return "".join(chr(ord(c) + 0xFEE0) if c not in ", " else c for c in text)


def file(name: str, text: str, verdicts: dict[int, str], encoding: str = "utf-8") -> Case:
    return Case(name, text.encode(encoding), verdicts)


def row(name: str, line: str, verdict: str = "add", *, head: str = HEAD) -> Case:
    """A list of one person."""
    return file(name, f"{head}\n{line}", {2: verdict})


def pasted(name: str, text: str, verdicts: dict[int, str], refused: str = "") -> Case:
    return Case(name, text.encode(), verdicts, refused, pasted=True)


def refused(name: str, data: bytes | str, words: str) -> Case:
    return Case(name, data.encode() if isinstance(data, str) else data, refused=words)


ENCODINGS: list[Case] = [
    *(
        file(f"in {encoding}", TWO, ADDED, encoding)
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "utf-32")
    ),
    *(
        file(f"{encoding} without mark", TWO, ADDED, encoding)
        for encoding in ("utf-16-le", "utf-16-be")
    ),
    Case("UTF-16 the other way round", b"\xfe\xff" + TWO.encode("utf-16-be"), ADDED),
    Case("two byte order marks", b"\xef\xbb\xbf" * 2 + TWO.encode(), ADDED),
    refused("UTF-16 cut in the middle", b"\xff\xfe" + TWO.encode("utf-16-le")[:-1], "not a list"),
    refused("broken UTF-8 under its mark", b"\xef\xbb\xbfName,Email\xff\xfe\n", "not a list"),
    refused("bytes that no encoding has", b"Name,Email\n\x81\x8d\x8f,a@nhs.net", "not a list"),
]


ENDS_AND_CELLS: list[Case] = [
    file("lines end with CRLF", TWO.replace("\n", "\r\n"), ADDED),
    file("lines end with CR", TWO.replace("\n", "\r"), ADDED),
    file("no end of the last line", TWO.rstrip(), ADDED),
    file("empty lines between", TWO.replace("\n", "\n\n"), {3: "add", 5: "add"}),
    file("lines of commas only", TWO + "\n,,,,\n , ,,,\n", ADDED),
    file("empty lines above", "\n\n" + TWO, {4: "add", 5: "add"}),
    file("semicolons", TWO.replace(",", ";"), ADDED),
    file("tabs", TWO.replace(",", "\t"), ADDED),
    file("Excel's own separator line", "sep=;\n" + TWO.replace(",", ";"), {3: "add", 4: "add"}),
    file(
        "an unusual separator that is named",
        "sep=|\n" + TWO.replace(",", "|"),
        {3: "add", 4: "add"},
    ),
    file(
        "every cell in quotes",
        "\n".join('"' + '","'.join(r.split(",")) + '"' for r in TWO.split("\n")),
        ADDED,
    ),
    file("a comma inside quotes", f'{HEAD},Team\n{MO},"Ward 1, 2"', {2: "add"}),
    file(
        "a line break inside quotes", f'{HEAD},Note\n{MO},"one\ntwo"\n{ZOE},', {2: "add", 4: "add"}
    ),
    file("doubled quotes", f'{HEAD},Note\n{MO},"the ""best"" one"', {2: "add"}),
    refused(
        "a quote that never ends",
        f'{HEAD}\n"Mo,Khan,mo.khan@nhs.net,Recorder,Yes',
        "Line 2 has a quotation mark",
    ),
    refused(
        "two stray quotes with people between",
        f'{HEAD}\n"Mo,Khan,mo@nhs.net\nZoe,Ng,zoe@nhs.net\nAl",Ng,al@nhs.net',
        "Line 2 has a quotation mark",
    ),
    refused(
        "text after a closing quote",
        f'{HEAD}\n"Mo"x,Khan,mo.khan@nhs.net',
        "Line 2 has a quotation mark",
    ),
    row("more cells than headings", MO + ",,extra,more"),
    row("fewer cells than headings", "Mo,Khan,mo.khan@nhs.net", "invalid"),
    row("spaces round every cell", " Mo , Khan , mo.khan@nhs.net , recorder , YES "),
    file(
        "semicolons with commas in names of columns",
        "First name;Last name;Email;Level;Vaccinator;Site, ward\n"
        "Mo;Khan;mo.khan@nhs.net;recorder;y;A, B",
        {2: "add"},
    ),
]


HEADED = ",recorder,yes"
HEADINGS: list[Case] = [
    *(
        row(f"headed {head}", f"Mo,Khan,mo.khan@nhs.net{HEADED}", head=head)
        for head in (
            "FIRST NAME,LAST NAME,EMAIL,LEVEL,VACCINATOR",
            "Forename,Surname,E-mail address,Role,Vaccinator?",
            "Given name,Family name,NHS email,Permission level,Is vaccinator",
            "first_name,last_name,e_mail,permission-level,vaccinator",
            "  First  Name ,Last name:,E-MAIL*,Role (see guide),Vaccinator [y/n]",
            wide("First name,Surname,Email,Role,Vaccinator"),
            "\u200bFirst name,Last\u00a0name,E\u2011mail,Le\u00advel,Vaccinator",
            "'First name','Last name','Email','Level','Vaccinator'",
        )
    ),
    row(
        "columns in another order",
        "yes,recorder,mo.khan@nhs.net,Khan,Mo",
        head="Vaccinator,Level,Email,Last name,First name",
    ),
    row(
        "columns that mean nothing here",
        "7,Mo,Khan,mo.khan@nhs.net,recorder,yes,AB 12 34",
        head="No,First name,Last name,Email,Level,Vaccinator,NI number",
    ),
    row(
        "one column for the whole name",
        "Mo Khan,mo.khan@nhs.net,recorder,yes",
        head="Full name,Email,Level,Vaccinator",
    ),
    row(
        "surname first, as in the address book",
        '"KHAN, Mo (LEEDS TEACHING)",mo.khan@nhs.net,recorder,yes',
        head="Name,Email,Level,Vaccinator",
    ),
    row(
        "a whole name of one word",
        "Mo,mo.khan@nhs.net,recorder,yes",
        "invalid",
        head="Name,Email,Level,Vaccinator",
    ),
    row(
        "whole name beside its halves",
        "Mo Khan,Mo,Khan,mo.khan@nhs.net,recorder,yes",
        head="Name,First name,Last name,Email,Level,Vaccinator",
    ),
    file("a title above the headings", f"Winter staff 2026\n\n{HEAD}\n{MO}", {4: "add"}),
    refused(
        "the same heading twice",
        f"{HEAD},Email\n{MO},x@nhs.net",
        "2 columns mean the same: “Email” and “Email”",
    ),
    refused(
        "two headings of one meaning",
        f"{HEAD},NHS e-mail\n{MO},x@nhs.net",
        "mean the same: “Email” and “NHS e-mail”",
    ),
    refused(
        "no column of addresses",
        "First name,Last name,Level\nMo,Khan,recorder",
        "No column is headed “Email address”",
    ),
    refused(
        "no column of last names",
        "First name,Email\nMo,mo.khan@nhs.net",
        "No column is headed “Last name”",
    ),
    refused("headings alone", HEAD, "no people"),
    refused(
        "no headings, and names in halves",
        "Mo,Khan,mo.khan@nhs.net",
        "cannot tell which column",
    ),
    file(
        "no headings, but nothing else possible",
        "Mo Khan,mo.khan@nhs.net\nZoe Ng,zoe.ng@nhs.net",
        {1: "invalid", 2: "invalid"},
    ),
    file("no headings, with levels", "mo.khan@nhs.net;Mo Khan;Recorder", {1: "invalid"}),
    refused(
        "headings in another language",
        "Vorname,Nachname,Anschrift\nMo,Khan,mo.khan@nhs.net",
        "cannot tell which column",
    ),
]


DATED = f"{HEAD},Start date,End date"
VALUES: list[Case] = [
    *(
        row(f"level {level}", f"Mo,Khan,mo.khan@nhs.net,{level},Yes", verdict)
        for verdict, levels in (
            ("add", ("RECORDER", "lead-administrator", "Lead Administrator", "Admin")),
            ("invalid", ("chief", "recorder/administrator", "Superuser", "=Recorder", "")),
        )
        for level in levels
    ),
    *(
        row(f"vaccinator {answer}", f"Mo,Khan,mo.khan@nhs.net,Recorder,{answer}", verdict)
        for verdict, answers in (
            ("add", ("y", "TRUE", "1", "n", "False", "0")),
            ("invalid", ("maybe", "", "2")),
        )
        for answer in answers
    ),
    *(
        row(f"from {start} until {end}", f"{MO},{start},{end}", verdict, head=DATED)
        for verdict, start, end in (
            ("add", "1/10/2026", "31/3/2027"),
            ("add", "2026-10-01", ""),
            ("add", "1 Oct 2026", "1 October 2026"),
            ("add", "1st Sept 2026", "2027-01-31 00:00:00"),
            ("invalid", "31/2/2026", ""),
            ("invalid", "10/13/2026", ""),
            ("invalid", "1/10/26", ""),
            ("invalid", "soon", ""),
            ("invalid", "46296", ""),
            ("invalid", "2026-10-02", "2026-10-01"),
            ("invalid", "", "2020-01-01"),
        )
    ),
]


RIGHTS = "recorder,yes"
PEOPLE: list[Case] = [
    *(
        row(name, line, verdict)
        for name, line, verdict in (
            ("a name of letters with accents", f"Zoë-Lee,O’Brien,z.obrien@nhs.net,{RIGHTS}", "add"),
            ("a name with a number", f"Mo2,Khan,mo.khan@nhs.net,{RIGHTS}", "invalid"),
            ("a name with markup", f"<b>Mo</b>,Khan,mo.khan@nhs.net,{RIGHTS}", "invalid"),
            ("a name with a template", f"{{{{7*7}}}},Khan,mo.khan@nhs.net,{RIGHTS}", "invalid"),
            (
                "a name of a hundred letters and one",
                f"{'M' * 101},Khan,mo.khan@nhs.net,{RIGHTS}",
                "invalid",
            ),
            ("a huge cell", f"{'M' * 100_000},Khan,mo.khan@nhs.net,{RIGHTS}", "invalid"),
            (
                "invisible letters in a name",
                f"M\u200bo\u00ad,Kh\u2060an,mo.khan@nhs.net,{RIGHTS}",
                "add",
            ),
            ("control characters in a name", f"Mo\x07,K\x0bhan,mo.khan@nhs.net,{RIGHTS}", "add"),
            (
                "a formula for a name",
                f'"=HYPERLINK(""http://x"")",Khan,mo.khan@nhs.net,{RIGHTS}',
                "invalid",
            ),
            ("a formula for an address", f"Mo,Khan,=A1&B1,{RIGHTS}", "invalid"),
            ("no first name", f",Khan,mo.khan@nhs.net,{RIGHTS}", "invalid"),
            ("no address", f"Mo,Khan,,{RIGHTS}", "invalid"),
            ("no address but a word", f"Mo,Khan,mo.khan,{RIGHTS}", "invalid"),
            ("two addresses in one cell", f'Mo,Khan,"a@nhs.net, b@nhs.net",{RIGHTS}', "invalid"),
            (
                "invisible letters in an address",
                f"Mo,Khan,mo.kh\u200ban@nhs\u2060.net\ufeff,{RIGHTS}",
                "add",
            ),
            (
                "full-width letters in an address",
                f"Mo,Khan,{wide('mo')}@{wide('nhs.net')},{RIGHTS}",
                "add",
            ),
            ("a full-width sign between", f"Mo,Khan,mo{wide('@')}nhs.net,{RIGHTS}", "invalid"),
            ("a link to an address", f"Mo,Khan,mailto:mo.khan@nhs.net,{RIGHTS}", "add"),
            (
                "a domain with its letters changed over",
                f"Mo,Khan,mo.khan@nhs.ent,{RIGHTS}",
                "invalid",
            ),
            (
                "a domain that ends like an allowed one",
                f"Mo,Khan,mo.khan@evilnhs.net,{RIGHTS}",
                "invalid",
            ),
            ("a domain in Cyrillic", f"Mo,Khan,mo.khan@nh\u0455.net,{RIGHTS}", "invalid"),
            ("anybody's mail", f"Mo,Khan,mo.khan@gmail.com,{RIGHTS}", "invalid"),
            ("somebody who works here", f"Rosa,Keane,ROSA.KEANE@NHS.NET,{RIGHTS}", "already-here"),
            (
                "somebody who is invited",
                f"Ingrid,Holm,ingrid.holm@nhs.net,{RIGHTS}",
                "already-here",
            ),
            ("somebody who was deactivated", f"Dev,Patel,dev.patel@nhs.net,{RIGHTS}", "reactivate"),
            ("an address marked against formulas", f"Mo,Khan,'+mo@nhs.net,{RIGHTS}", "add"),
        )
    ),
    file(
        "one address three times",
        f"{TWO}\n{MO.upper()}\n{MO}",
        {**ADDED, 4: "duplicate", 5: "duplicate"},
    ),
    file(
        "the first of two is wrong",
        f"{HEAD}\nMo,,mo.khan@nhs.net,recorder,yes\n{MO}",
        {2: "invalid", 3: "add"},
    ),
]


# Pasted text. Addresses say no level, so their rows wait for a shared answer.
BOXES: list[Case] = [
    pasted("from a spreadsheet", TWO.replace(",", "\t"), ADDED),
    pasted(
        "addresses, one on each line",
        "Mo Khan <mo.khan@nhs.net>\nZoe Ng <zoe.ng@nhs.net>",
        {1: "invalid", 2: "invalid"},
    ),
    pasted(
        "addresses with semicolons",
        '"Khan, Mo" <mo.khan@nhs.net>; Zoe Ng <zoe.ng@nhs.net>;',
        {1: "invalid", 2: "invalid"},
    ),
    pasted("bare addresses", "mo.khan@nhs.net, zoe.ng@nhs.net", {1: "invalid", 2: "invalid"}),
    pasted("nothing but spaces", " \n\t\n", {}, "empty"),
    pasted("a letter", "Dear all,\nplease add Mo and Zoe.\nThanks", {}, "cannot tell which column"),
]


def cases() -> list[Case]:
    made = [*ENCODINGS, *ENDS_AND_CELLS, *HEADINGS, *VALUES, *PEOPLE, *BOXES]
    made += [Case(name, make, verdicts) for name, make, verdicts in WORKBOOKS]
    made += [Case(name, make, refused=words) for name, make, words in BROKEN]
    return made
