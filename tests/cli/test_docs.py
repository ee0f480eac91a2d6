from pathlib import Path

from tests.cli.conftest import Run, spec, tree


def test_it_writes_once_and_says_where(project: Path, slogen: Run) -> None:
    first = slogen("docs").stdout
    assert "catalogue/  4 written" in first
    before = tree(project / "catalogue")
    assert {"index.html", "chat.html", "shop.html"} <= set(before)
    assert slogen("docs").stdout == "catalogue/  3 unchanged\n"
    assert tree(project / "catalogue") == before


def test_pages_of_services_that_are_gone_go_and_others_stay(project: Path, slogen: Run) -> None:
    slogen("docs", "-o", "public")
    (project / "public/logo.html").write_text("mine")
    (project / "specs/shop.yaml").unlink()
    slogen("docs", "-o", "public")
    found = set(tree(project / "public"))
    assert "shop.html" not in found
    assert {"chat.html", "logo.html"} <= found


def test_a_file_that_is_not_slogens_is_never_overwritten(project: Path, slogen: Run) -> None:
    (project / "catalogue").mkdir()
    (project / "catalogue/index.html").write_text("mine")
    assert "index.html" in slogen("docs", code=1).stderr
    assert (project / "catalogue/index.html").read_text() == "mine"
    assert not (project / "catalogue/chat.html").exists()


def test_paths_choose_the_specs(project: Path, slogen: Run) -> None:
    slogen("docs", "specs/chat.yaml")
    assert "shop" not in (project / "catalogue/index.html").read_text()


def test_nothing_is_written_when_anything_is_wrong(project: Path, slogen: Run) -> None:
    (project / "specs/shop.yaml").write_text(spec("shop", objective="100"))
    assert "error[objective]" in slogen("docs", code=1).stderr
    assert not (project / "catalogue").exists()


def test_a_service_called_index_does_not_replace_the_index(project: Path, slogen: Run) -> None:
    (project / "specs/index.yaml").write_text(spec("index"))
    slogen("docs")
    index = (project / "catalogue/index.html").read_text()
    assert 'href="index_.html#availability"' in index
    assert "<h1>index</h1>" in (project / "catalogue/index_.html").read_text()
