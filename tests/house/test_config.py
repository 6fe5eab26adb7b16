"""Every wrong setting stops the start with one sentence, and no sentence tells a secret."""

import os
import stat
import threading
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from portal.config import Config, ConfigError, load

pytestmark = pytest.mark.one_database

KEY = "k" * 40


@pytest.fixture
def env(tmp_path):
    """The least a test needs: a place to write."""
    return {"DATA_DIR": str(tmp_path / "var")}


def test_nothing_set_means_development_on_this_machine(env):
    config = load(env)
    assert config.port == 8000
    assert config.app_url == "http://127.0.0.1:8000"
    assert config.host == "127.0.0.1"
    assert config.app_host == "127.0.0.1"
    assert not config.is_production
    assert not config.demo
    assert config.is_sqlite
    assert config.sqlite_path == config.data_dir / "portal.db"
    assert config.queue_path == config.data_dir / "queue.db"
    assert config.content_host == config.trusted_proxy == config.smtp_url == ""


def test_the_default_address_follows_the_port(env):
    assert load(env | {"PORT": "8123"}).app_url == "http://127.0.0.1:8123"


def test_https_means_production(env):
    config = load(env | {"APP_URL": "https://People.Example.com/", "SECRET_KEY": KEY})
    assert config.is_production
    assert config.host == "0.0.0.0"
    assert config.app_url == "https://people.example.com"
    assert config.app_host == "people.example.com"


def test_empty_values_count_as_unset(env):
    empty = dict.fromkeys(
        "PORT DATABASE_URL SECRET_KEY APP_URL CONTENT_HOST TRUSTED_PROXY SMTP_URL DEMO"
        " BLOBS".split(),
        " ",
    )
    assert load(env | empty) == load(env)


WRONG = [
    ("PORT", "eighty"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "-1"),
    ("PORT", "８０"),
    ("PORT", "9" * 5000),
    ("DATABASE_URL", "mysql://root:hunter2@db/portal"),
    ("DATABASE_URL", "portal.db"),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_URL", "postgresql://root:hunter2@db"),
    ("DATABASE_URL", "postgresql://root:hunter2@db:99999/portal"),
    ("APP_URL", "people.example.com"),
    ("APP_URL", "ftp://people.example.com"),
    ("APP_URL", "https://people.example.com/portal"),
    ("APP_URL", "https://people.example.com?a=b"),
    ("APP_URL", "https://root:hunter2@people.example.com"),
    ("APP_URL", "https://people.example.com:http"),
    ("APP_URL", "https://"),
    ("APP_URL", "http://people.example.com"),
    ("CONTENT_HOST", "127.0.0.1"),
    ("CONTENT_HOST", "127.0.0.1:9000"),
    ("CONTENT_HOST", "https://courses.example.net"),
    ("CONTENT_HOST", "courses.example.net/scorm"),
    ("TRUSTED_PROXY", "yes"),
    ("TRUSTED_PROXY", "proxy.example.com"),
    ("SMTP_URL", "mail.example.com"),
    ("SMTP_URL", "https://root:hunter2@mail.example.com"),
    ("SMTP_URL", "smtp://"),
    ("SMTP_URL", "smtp://mail.example.com:mail"),
    ("DEMO", "yes"),
    ("DEMO", "true"),
    ("BLOBS", "s3"),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda text: text[:40])
def test_a_wrong_value_is_refused_in_one_sentence_that_names_it(env, name, value):
    with pytest.raises(ConfigError) as refused:
        load(env | {name: value})
    sentence = str(refused.value)
    assert name in sentence
    assert sentence.endswith(".") and "\n" not in sentence
    assert "hunter2" not in sentence


RIGHT = [
    ("DATABASE_URL", "postgres://portal:hunter2@db:5432/portal"),
    ("DATABASE_URL", "postgresql://portal@db/portal?sslmode=require"),
    ("DATABASE_URL", "postgresql:///portal?host=/run/postgresql"),
    ("DATABASE_URL", "sqlite:///other.db"),
    ("APP_URL", "http://localhost:9000"),
    ("APP_URL", "http://acme.localhost:9000"),
    ("CONTENT_HOST", "courses.example.net"),
    ("CONTENT_HOST", "localhost:8000"),
    ("TRUSTED_PROXY", "*"),
    ("TRUSTED_PROXY", "10.0.0.7"),
    ("SMTP_URL", "smtp://127.0.0.1:1025"),
    ("SMTP_URL", "smtps://portal:p%40ss@mail.example.com"),
]


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_a_right_value_is_kept(env, name, value):
    assert getattr(load(env | {name: value}), name.lower()) == value


def test_a_database_is_either_a_file_or_postgresql(env):
    assert load(env | {"DATABASE_URL": "sqlite:///x/y.db"}).sqlite_path == Path("x/y.db")
    assert load(env | {"DATABASE_URL": "sqlite:////x/y.db"}).sqlite_path == Path("/x/y.db")
    assert not load(env | {"DATABASE_URL": "postgres://db/portal"}).is_sqlite


@pytest.mark.parametrize("key", ["", "short", f"{KEY} short"])
def test_production_insists_on_long_secret_keys(env, key):
    with pytest.raises(ConfigError, match="SECRET_KEY") as refused:
        load(env | {"APP_URL": "https://people.example.com", "SECRET_KEY": key})
    assert "short" not in str(refused.value).replace("too short", "")
    assert not (Path(env["DATA_DIR"]) / "secret-key").exists()


def test_several_keys_are_one_to_sign_and_the_rest_to_accept(env):
    config = load(env | {"SECRET_KEY": f"{KEY}new {KEY}old"})
    assert config.secret_key == f"{KEY}new"
    assert config.secret_key_fallbacks == (f"{KEY}old",)


def test_development_makes_its_key_once_and_keeps_it_private(env):
    first, second = load(env), load(env)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    path = first.data_dir / "secret-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in first.data_dir.iterdir()] == ["secret-key"]


def test_processes_that_start_together_agree_on_the_key(env):
    keys = set()
    together = threading.Barrier(8)

    def start():
        together.wait()
        keys.add(load(env).secret_key)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 1


def test_a_damaged_key_file_is_told_and_not_replaced(env):
    path = Path(env["DATA_DIR"]) / "secret-key"
    path.parent.mkdir()
    path.write_text("")
    with pytest.raises(ConfigError, match="damaged"):
        load(env)
    assert path.read_text() == ""


def test_a_data_dir_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigError, match="DATA_DIR"):
        load({"DATA_DIR": str(tmp_path / "file" / "var")})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_data_dir_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigError, match="DATA_DIR"):
        load({"DATA_DIR": str(tmp_path)})


def test_files_go_where_the_database_is_unless_it_is_said(env):
    postgres = {"DATABASE_URL": "postgresql://portal@db/portal"}
    assert load(env).blob_store == "disk"
    assert load(env | postgres).blob_store == "db"
    assert load(env | postgres | {"BLOBS": "disk"}).blob_store == "disk"
    assert load(env | {"BLOBS": "db"}).blob_store == "db"


def test_demo_is_a_choice_even_in_production(env):
    url = {"APP_URL": "https://people.example.com", "SECRET_KEY": KEY}
    assert load(env | url | {"DEMO": "1"}).demo
    assert not load(env | url | {"DEMO": "0"}).demo


def test_the_repr_shows_no_secret(env):
    config = load(
        env
        | {
            "SECRET_KEY": f"{KEY}hunter2 {KEY}hunter2b",
            "DATABASE_URL": "postgres://portal:hunter2@db/portal",
            "SMTP_URL": "smtp://portal:hunter2@mail.example.com",
        }
    )
    assert "hunter2" not in repr(config)
    assert KEY not in repr(config)


def test_a_config_is_frozen():
    with pytest.raises(FrozenInstanceError):
        Config(secret_key=KEY).port = 1
