"""The usual names of who issues certificates, as decisions write them."""

from ocop_badges.lifecycle import Authority
from ocop_badges.officers import usual_authority
from ocop_badges.subjects import Subject

MINISTRY = "Bộ Nông nghiệp và Môi trường"
_CITIES = frozenset({"01", "31", "46", "48", "79", "92"})  # run by the centre: "thành phố", all others "tỉnh"


def usual_name(authority: str, subject: Subject) -> str:
    """The name of an authority of that level for a product; empty for a district, which has to be written."""
    match authority:
        case Authority.MINISTRY:
            return MINISTRY
        case Authority.PROVINCE:
            return f"UBND {'thành phố' if subject.province_code in _CITIES else 'tỉnh'} {subject.province_name}"
    return ""


def complete(authority: str, name: str, *, stars: int, subject: Subject) -> tuple[str, str]:
    """Level and name of the authority, each as given or as usual for so many stars (article 4.1)."""
    level = authority or usual_authority(stars).value
    return level, name.strip() or usual_name(level, subject)
