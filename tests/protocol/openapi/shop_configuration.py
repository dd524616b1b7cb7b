"""The least that `spillway serve` needs: a shop, an operator and a relay centre, each with a key or a
place of the test's own."""

import subprocess


def hash_of(binary, key):
    return subprocess.run([binary, "hash-key"], input=key.encode(), capture_output=True,
                          check=True).stdout.decode().strip()


def configuration_of(binary, shop_key, operator_key, relay, system=""):
    """`relay` and `system` are what else stands in [[relays]], and before everything."""
    return f"""
{system}
[operators]
key_hashes = ["{hash_of(binary, operator_key)}"]
[[shops]]
id = 1
name = "Shoes"
key_hashes = ["{hash_of(binary, shop_key)}"]
mail_from = "orders@shoes.example"
merchant = "1"
terminal = "1"
[[relays]]
id = 1
host = "127.0.0.1"
acquirer = "1"
companies = ["VISA"]
{relay}
"""
