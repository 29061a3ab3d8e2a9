"""Workflows that run the shards of a verification and merge their reports."""

import shlex
from collections.abc import Sequence

ACTIONS = {
    "checkout": "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
    "uv": "astral-sh/setup-uv@c771a70e6277c0a99b617c7a806ffedaca235ff9 # v9.0.0",
    "upload": "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1",
    "download": "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
}
"""Actions by commit: a tag may be moved."""

_GITHUB = """\
# Written by `rafters verify --emit github`: each push runs the pairs, each night everything.
name: verify

on:
  push:
  pull_request:
  schedule:
    - cron: "17 3 * * *"
  workflow_dispatch:

permissions:
  contents: read

jobs:
  shard:
    runs-on: ubuntu-latest
    timeout-minutes: 180
    strategy:
      fail-fast: false
      matrix:
        shard: [{numbers}]
    env:
      STRATEGY: ${{{{ github.event_name == 'schedule' && 'full' || '{strategy}' }}}}
    steps:
      - uses: {checkout}
        with:
          fetch-depth: 0
          persist-credentials: false
      - uses: {uv}
      - run: {install}
      - run: >-
          {command} --strategy "$STRATEGY"
          --shard ${{{{ matrix.shard }}}}/{shards} --json > report-${{{{ matrix.shard }}}}.json
      - uses: {upload}
        if: always()
        with:
          name: report-${{{{ matrix.shard }}}}
          path: report-${{{{ matrix.shard }}}}.json
  merge:
    needs: shard
    if: always()
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: {checkout}
        with:
          persist-credentials: false
      - uses: {uv}
      - run: {install}
      - uses: {download}
        with:
          pattern: report-*
          path: reports
      - run: rafters verify --merge reports --junit verify.xml --html verify.html
      - uses: {upload}
        if: always()
        with:
          name: verify
          path: |
            verify.xml
            verify.html
"""

_GITLAB = """\
# Written by `rafters verify --emit gitlab`: each push runs the pairs, each night everything.
stages: [verify, merge]

default:
  image: ghcr.io/astral-sh/uv:0.13-python3.13-bookworm
  before_script:
    - {install}
    - export PATH="$HOME/.local/bin:$PATH"

variables:
  GIT_DEPTH: "0"
  XDG_CACHE_HOME: $CI_PROJECT_DIR/.cache
  STRATEGY: {strategy}

workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
      variables:
        STRATEGY: full
    - when: always

shard:
  stage: verify
  parallel: {shards}
  cache:
    key: rafters-$CI_NODE_INDEX
    paths: [.cache/rafters]
  script:
    - >-
      {command} --strategy "$STRATEGY"
      --shard $CI_NODE_INDEX/$CI_NODE_TOTAL --json > report-$CI_NODE_INDEX.json
  artifacts:
    when: always
    paths: ["report-*.json"]

merge:
  stage: merge
  needs: [shard]
  when: always
  script:
    - mkdir reports && mv report-*.json reports
    - rafters verify --merge reports --junit verify.xml --html verify.html
  artifacts:
    when: always
    paths: [verify.html]
    reports:
      junit: verify.xml
"""


def github(shards: int, strategy: str, install: str, options: Sequence[str]) -> str:
    """Return a workflow for GitHub.

    Args:
        shards: how many machines run a part each.
        strategy: on each push; at night all combinations run.
        install: the command that installs Rafters.
        options: of `rafters verify`, which each shard gets.
    """
    numbers = ", ".join(str(number) for number in range(1, shards + 1))
    return _GITHUB.format(
        numbers=numbers,
        shards=shards,
        strategy=strategy,
        install=install,
        command=_command(options),
        **ACTIONS,
    )


def gitlab(shards: int, strategy: str, install: str, options: Sequence[str]) -> str:
    """Return a pipeline for GitLab, with the same arguments."""
    return _GITLAB.format(
        shards=max(shards, 2),
        strategy=strategy,
        install=install,
        command=_command(options),
    )


def _command(options: Sequence[str]) -> str:
    return shlex.join(["rafters", "verify", ".", *options])
