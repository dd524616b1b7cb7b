#!/usr/bin/env python3
"""Reads a folder of LMDB and does not end: lmdb_reader.py FOLDER. Says "reads"; after a line on its
standard input it also takes the write lock, and says "writes"."""

import ctypes
import ctypes.util
import sys

MDB_RDONLY = 0x20000


def check(code):
    if code != 0:
        sys.exit(f"LMDB: {code}")


lmdb = ctypes.CDLL(ctypes.util.find_library("lmdb") or "liblmdb.so.0")
lmdb.mdb_txn_begin.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p]
lmdb.mdb_env_open.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint, ctypes.c_uint]
lmdb.mdb_env_set_maxdbs.argtypes = [ctypes.c_void_p, ctypes.c_uint]


def begin(flags):
    transaction = ctypes.c_void_p()
    check(lmdb.mdb_txn_begin(environment, None, flags, ctypes.byref(transaction)))
    return transaction


environment = ctypes.c_void_p()
check(lmdb.mdb_env_create(ctypes.byref(environment)))
check(lmdb.mdb_env_set_maxdbs(environment, 32))
check(lmdb.mdb_env_open(environment, sys.argv[1].encode(), 0x200000, 0o600))  # MDB_NOTLS
reads = begin(MDB_RDONLY)
print("reads", flush=True)
sys.stdin.readline()
writes = begin(0)
print("writes", flush=True)
sys.stdin.readline()
