# Sourced, not run. What the folders of .oracles/ are called: <product>-<minor>, and a link to the newest of each product.

# versions HOME PRODUCT: those that are there, the newest last.
versions() { ls -d "$1/$2"-[0-9]* 2>/dev/null | sort -V | sed 's/.*-//'; }

# link_newest HOME PRODUCT
link_newest() {
    local newest
    newest=$(versions "$1" "$2" | tail -n 1)
    [ -z "$newest" ] || ln -sfnT "$2-$newest" "$1/newest-$2"
}
