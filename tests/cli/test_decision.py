"""``northing decision``: asked for, approved in one's own name, merged, looked at again; on the sample organisation."""

from __future__ import annotations

from .conftest import Terminal

WAITS = "Stewards before summaries"
TOMASZ, ANA, KWAME = (f"{one}@fenmarch.example" for one in ("tomasz.wieczorek", "ana.ferreira", "kwame.asante"))


def test_the_log_and_a_paper(terminal: Terminal) -> None:
    waiting, decided = terminal("decision", "list", "--json").json["data"]
    assert (waiting["scenario"], waiting["status"]) == (WAITS, "submitted")
    assert (decided["status"], decided["dissent"]) == ("decided", 1)
    table = terminal("decision", "list").out
    assert WAITS not in table and waiting["name"] in table, "a decision is called by what is asked for"
    said = terminal("decision", "show", decided["number"]).out
    for words in ("Kwame Asante: reject", "Mend those first", "Taken in", "Alternatives"):
        assert words in said
    assert terminal("decision", "show", "DEC-0099").code == 4


def test_from_the_asking_to_what_came_of_it(terminal: Terminal) -> None:
    mine = terminal("decision", "inbox", "--as", ANA, "--json").json["data"]
    assert [one["name"] for one in mine if one["reason"] == "approve"], "the sample's rule asks Ana"
    own = terminal("decision", "approve", WAITS, "--as", TOMASZ)
    assert (own.code, "their own" in own.err) == (5, True)
    assert "Ana Ferreira can." in terminal("decision", "show", WAITS).out
    early = terminal("decision", "merge", WAITS, "--as", TOMASZ)
    assert (early.code, "none given" in early.err) == (5, True)
    stale = terminal("decision", "approve", WAITS, "--as", ANA, "--seen", "0" * 64)
    assert stale.code == 3, "another version than the one that was looked at"
    assert terminal("decision", "reject", WAITS, "--as", KWAME, "--reason", "Roofs pay.").code == 0
    assert "Ana Ferreira: approve." in terminal("decision", "approve", WAITS, "--as", ANA, "--reason", "Agreed").out
    done = terminal("decision", "merge", WAITS, "--as", TOMASZ, "--json").json
    number = done["decision"]
    assert terminal("decision", "merge", WAITS, "--as", TOMASZ).code == 2
    said = terminal("decision", "outcome", number, "It was too soon.", "--as", TOMASZ, "--json").json["data"]
    assert (said["outcome"], said["revision"]) == ("It was too soon.", done["revision"])
    assert [(one["by"], one["verdict"]) for one in said["verdicts"]] == [
        ("Kwame Asante", "reject"),
        ("Ana Ferreira", "approve"),
    ]
    assert terminal("verify").code == 0


def test_withdrawn(terminal: Terminal) -> None:
    assert terminal("decision", "submit", "Ten percent less", "--name", "Less", "--as", TOMASZ).code == 0
    assert terminal("decision", "withdraw", "Ten percent less", "--as", KWAME).code == 5
    assert "withdrawn" in terminal("decision", "withdraw", "Ten percent less", "--as", TOMASZ).out.lower()
