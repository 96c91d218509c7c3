"""Floor 1 reads its own package and nothing else."""

import pytest

from appliance.eligibility import packaged


def test_a_packaged_file_is_read_by_its_name() -> None:
    assert "[[box]]" in packaged.text_of("troubles.toml")


@pytest.mark.parametrize(
    "name", ["../settings.py", "/etc/hostname", "", ".", "a/../../x", "a//b", "..\\settings.py"]
)
def test_no_name_leads_out_of_the_package(name: str) -> None:
    with pytest.raises(ValueError, match="not a file of this package"):
        packaged.text_of(name)
    with pytest.raises(ValueError, match="not a file of this package"):
        packaged.names_in(name)


def test_a_file_that_is_not_there_says_so() -> None:
    with pytest.raises(FileNotFoundError):
        packaged.text_of("nowhere.toml")
    with pytest.raises(FileNotFoundError):
        packaged.names_in("nowhere")
