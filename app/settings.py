"""The deployment's settings: environment or `.env`, prefix `VIJFSTER_`, read once by bootstrap."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """All settings of one deployment; the README's table is tested against this class."""

    model_config = SettingsConfigDict(
        env_prefix="VIJFSTER_", env_file=".env", frozen=True, extra="ignore"
    )

    project: Path = Field(Path(), description="the project folder, with vijfster.toml")
    base_iri: str = Field(
        "", description="start of every published IRI; empty: http://localhost:PORT/"
    )
    site_url: str = Field(
        "", description="address of the pages, for sitemap and canonical links; empty: the base IRI"
    )
    state_dir: Path = Field(
        Path("var"),
        description="releases, ledger and checks; relative to the project folder",
    )
    keep_releases: int = Field(5, ge=2, description="how many release folders are kept")
    max_withdraw_percent: float = Field(
        20.0, ge=0, le=100, description="share of an inventory a build may withdraw unasked"
    )
    sparql_backend: str = Field(
        "embedded",
        description="embedded, or the address or name of the SPARQL engine behind /sparql",
    )
    sparql_backend_profile: str = Field(
        "generic", description="dialect of that engine, see docs/sparql-engines.md"
    )
    sparql_backend_user: str = Field("", description="who asks that engine; empty: nobody")
    sparql_backend_password: SecretStr = Field(SecretStr(""), description="password of that user")
    sparql_backend_timeout_seconds: float = Field(
        60.0, gt=0, description="deadline of one query to that engine"
    )
    sparql_backend_connections: int = Field(
        32, ge=1, description="queries that engine gets at once"
    )
    sparql_timeout_seconds: float = Field(10.0, gt=0, description="deadline of one SPARQL query")
    sparql_workers: int = Field(2, ge=1, description="query processes kept warm")
    sparql_max_slow: int = Field(2, ge=1, description="slow queries allowed at once")
    sparql_queue: int = Field(32, ge=1, description="queries that may wait for a process")
    sparql_max_query_bytes: int = Field(65536, ge=1024, description="largest accepted query")
    sparql_max_result_bytes: int = Field(100_000_000, ge=1024, description="largest result")
    sparql_worker_memory_bytes: int = Field(
        2 * 1024**3, ge=256 * 1024**2, description="address space of one query process"
    )
    sparql_client_queries: int = Field(
        2, ge=1, description="queries of one client that run at once"
    )
    sparql_client_seconds: float = Field(
        60.0, gt=0, description="seconds of querying one client has per minute; twice that at once"
    )
    sparql_services: str = Field(
        "", description="addresses SERVICE may name, to the letter; only with an external engine"
    )
    sparql_access: str = Field(
        "public", description="who may ask /sparql: public, off, or networks as 10.0.0.0/8"
    )
    metrics_host: str = Field("127.0.0.1", description="where /metrics is listened for")
    metrics_port: int = Field(
        0, ge=0, le=65535, description="port of /metrics, for Prometheus; 0 for none"
    )
    trusted_proxies: str = Field(
        "", description="networks of proxies that are believed about who asks (X-Forwarded-For)"
    )
    validation_workers: int = Field(1, ge=1, description="validation processes")
    validation_timeout_seconds: float = Field(60.0, gt=0, description="deadline of one check")
    validation_max_bytes: int = Field(
        20_000_000, ge=1024, description="largest request body that is checked"
    )
    validation_worker_memory_bytes: int = Field(
        3 * 1024**3, ge=512 * 1024**2, description="address space of one validation process"
    )
    mapping_workers: int = Field(1, ge=1, description="processes of /map")
    mapping_timeout_seconds: float = Field(10.0, gt=0, description="deadline of one mapping")
    mapping_max_bytes: int = Field(
        20_000_000, ge=1024, description="largest request body that is mapped"
    )
    mapping_worker_memory_bytes: int = Field(
        1024**3, ge=512 * 1024**2, description="address space of one process of /map"
    )
    upload_timeout_seconds: float = Field(
        60.0, gt=0, description="how long a request may take to arrive"
    )
    fetch_timeout_seconds: float = Field(
        60.0, gt=0, description="how long fetching one address may take"
    )
    fetch_allow: str = Field(
        "", description="hosts, networks and :ports that may be fetched besides public addresses"
    )
    contact: str = Field(
        "", description="mail or web address that servers are told when their links are looked at"
    )
    links_delay_seconds: float = Field(
        1.0, ge=0, description="pause between two requests to one host that is looked at"
    )
    links_seconds: float = Field(3600.0, gt=0, description="how long one look at links may take")
    links_bytes: int = Field(
        2_000_000_000, ge=1, description="how much one look at links may fetch in all"
    )
    links_file_bytes: int = Field(
        5_000_000, ge=1024, description="how much of one file is fetched and looked into"
    )
    links_term_hours: float = Field(
        24.0, ge=0, description="how long an answer stands before it is asked for again"
    )
    scores_public: str = Field(
        "",
        description="list of feeds whose overview and badges everybody may see; empty: none",
    )
    cache_bytes: int = Field(
        32 * 1024**2, ge=0, description="memory for answers that were made before; 0 for none"
    )
