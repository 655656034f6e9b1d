"""Pages that stand before a site and ask a visitor to prove that he is no program: they are no news, and no empty page.

Marks are those of the guards' own documentation and pages: Cloudflare sends `cf-mitigated: challenge`
(https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/), the others
are told by what their scripts are called. Ordinary pages of such sites hold some of these too, but are larger.
"""

import re
from collections.abc import Mapping

REASON = "an anti-bot page instead of the site"
LARGEST = 32_768
"""Bytes of a page that may be one."""

_MARK = re.compile(
    rb"_cf_chl_opt|<title>\s*(?:just a moment|ddos-guard|attention required! \| cloudflare)|ddos-guard/js-challenge"
    rb"|sucuri_cloudproxy_js|_incapsula_resource|captcha-delivery\.com|aes\.js.{0,400}__test=|<title>qrator",
    re.IGNORECASE | re.DOTALL,
)


def is_challenge(content: bytes, headers: Mapping[str, str]) -> bool:
    """Whether an answer is such a page. `headers` by lower-case name; `content` may be cut after LARGEST bytes."""
    if headers.get("cf-mitigated") == "challenge":
        return True
    return len(content) <= LARGEST and _MARK.search(content) is not None
