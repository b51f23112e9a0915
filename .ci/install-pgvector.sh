#!/usr/bin/env bash
# PostgreSQL with pgvector, for the recipe that is run on a real server. As root, on Debian and its kin.
# Where the distribution has no package of pgvector (Debian 12), it is built from the source of the Debian release after:
# the hosts and the keys are those that apt knows already.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

if [ -n "$(find /usr/share/postgresql -path '*/extension/vector.control' 2> /dev/null)" ]; then exit 0; fi
install=(apt-get install --yes --quiet --no-install-recommends)

apt-get update --quiet
package=$(apt-cache search --names-only '^postgresql-[0-9]+-pgvector$' | sort --version-sort | tail -n 1 | cut -d ' ' -f 1)
if [ -n "$package" ]; then
  version=${package#postgresql-}
  "${install[@]}" "postgresql-${version%-pgvector}" "$package"
  exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"${install[@]}" postgresql postgresql-server-dev-all build-essential dpkg-dev
# This release's own description of its archive, asking for the sources of the next.
sed -e 's/^Types:.*/Types: deb-src/' -e 's/^Suites:.*/Suites: trixie/' /etc/apt/sources.list.d/debian.sources |
  awk 'BEGIN { RS = ""; ORS = "\n\n" } !/security/' > next.sources
mkdir -p lists/partial
apt=(-o "Dir::Etc::sourcelist=$folder/next.sources" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$folder/lists" -o APT::Sandbox::User=root)
apt-get "${apt[@]}" update --quiet
apt-get "${apt[@]}" source --quiet --download-only pgvector
mkdir source
tar --extract --gzip --file pgvector_*.orig.tar.gz --directory source --strip-components 1
make --directory source OPTFLAGS= with_llvm=no
make --directory source with_llvm=no install
