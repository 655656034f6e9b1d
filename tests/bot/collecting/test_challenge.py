import pytest

from bot.collecting.fetch import LARGEST, is_challenge


@pytest.mark.parametrize(
    "page",
    [
        b"<html><head><title>Just a moment...</title></head></html>",
        b"<script>window._cf_chl_opt = {};</script>",
        b"<title>DDoS-Guard</title><p>Checking your browser before accessing</p>",
        b'<iframe src="/_Incapsula_Resource?CWUDNSAI=1"></iframe>',
    ],
)
def test_a_page_that_asks_for_proof_is_recognised(page):
    assert is_challenge(page, {})


def test_the_header_alone_is_enough():
    assert is_challenge(b"", {"cf-mitigated": "challenge"})


def test_an_article_about_it_or_behind_it_is_none():
    assert not is_challenge("<title>Сайт закрыли от ботов</title><p>Cloudflare и капча</p>".encode(), {})
    assert not is_challenge(b"<p>news</p>" * LARGEST + b"/_Incapsula_Resource", {})
