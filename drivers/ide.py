#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""ide.py NAME DIR MANIFEST BINDINGS UAPI - prints a rust-project.json for a driver's folder.

A language server cannot run this build: the target is none of rustc's, and the crate chard and
the handler include what the build has generated. So the file says of each crate that Cargo finds
for MANIFEST where it is, and of what it is made. CARGO, RUSTC and RUST_LIB_SRC are in the
environment; further arguments are Cargo's.
"""
import json
import os
import subprocess
import sys

TARGET = "x86_64-unknown-none"


def main():
    name, folder, manifest, bindings, uapi = sys.argv[1:6]
    cargo, rustc = os.environ["CARGO"], os.environ["RUSTC"]
    metadata = json.loads(subprocess.run(
        [cargo, "metadata", "--format-version=1", "--offline", f"--filter-platform={TARGET}",
         f"--manifest-path={manifest}", *sys.argv[6:]],
        stdout=subprocess.PIPE, check=True).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    order = sorted(nodes)
    crates = []
    for key in order:
        package = packages[key]
        target = next(target for target in package["targets"]
                      if {"lib", "staticlib", "rlib", "proc-macro"} & set(target["kind"]))
        root = target["src_path"]
        own = package["name"] == name
        crates.append({
            "display_name": target["name"].replace("-", "_"),
            "root_module": root,
            "edition": target["edition"],
            "version": package["version"],
            "deps": [{"crate": order.index(dep["pkg"]), "name": dep["name"]}
                     for dep in nodes[key]["deps"]
                     if any(kind["kind"] is None for kind in dep["dep_kinds"])],
            "is_workspace_member": own,
            "is_proc_macro": "proc-macro" in target["kind"],
            "target": TARGET,
            "cfg": ['panic="abort"'] + [f'feature="{feature}"' for feature in nodes[key]["features"]],
            "env": {"CARGO_PKG_NAME": package["name"], "CHARD_BINDINGS": bindings,
                    "CHARD_UAPI": uapi},
            # What they include lies elsewhere; of the driver's folder the build is no source.
            "source": {
                "include_dirs": [folder if own else os.path.dirname(root), bindings, uapi],
                "exclude_dirs": [os.path.join(folder, "build/host"), os.path.join(folder, ".git")]
                if own else [],
            },
        })
    print(json.dumps({
        "sysroot": subprocess.run([rustc, "--print", "sysroot"], stdout=subprocess.PIPE,
                                  text=True, check=True).stdout.strip(),
        "sysroot_src": os.environ["RUST_LIB_SRC"],
        "crates": crates,
    }, indent=2))


main()
