//! Takes out of the browser's module what no browser ever needs.
//!
//! The compiler cannot know it: what stands in a table that is called through may be called.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use walrus::ir::{Visitor, dfs_in_order};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module};

/// Each erased view brings a second way of coming to life, for pages whose parts are loaded one by one
/// (leptos' `hydrate_lazy`), which begins in one place only. This module never begins there.
const NEVER_CALLED: &str = "hydrate_async";

/// Empties every function that is never called, and drops what only they need.
///
/// # Errors
/// The module cannot be read, or has no such functions: then leptos calls them by another name, and the
/// module would quietly be a twentieth larger.
pub(crate) fn drop_never_called(module: &[u8]) -> Result<Vec<u8>> {
    let mut module = read(module)?;
    let never_called = never_called(&module);
    if never_called.is_empty() {
        bail!("the module has no functions named {NEVER_CALLED}; see xtask/src/build/trim.rs");
    }
    for id in never_called {
        let function = module.funcs.get(id);
        let FunctionKind::Local(local) = &function.kind else {
            continue;
        };
        let arguments = local.args.clone();
        let kind = module.types.get(function.ty());
        let (takes, gives) = (kind.params().to_vec(), kind.results().to_vec());
        let mut emptied = FunctionBuilder::new(&mut module.types, &takes, &gives);
        emptied.func_body().unreachable();
        let emptied = emptied.local_func(arguments);
        module.funcs.get_mut(id).kind = FunctionKind::Local(emptied);
    }
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

/// The functions that are never called.
///
/// The compiler makes one function of all that are alike, under the name of one of them. So what bears
/// such a name is kept all the same if anything else calls it.
fn never_called(module: &Module) -> BTreeSet<FunctionId> {
    let mut calls: Vec<(FunctionId, BTreeSet<FunctionId>)> = Vec::new();
    for (id, function) in module.funcs.iter_local() {
        let mut called = Called::default();
        dfs_in_order(&mut called, function, function.entry_block());
        calls.push((id, called.0));
    }
    let mut never: BTreeSet<_> = module
        .funcs
        .iter_local()
        .map(|(id, _)| id)
        .filter(|id| {
            let name = module.funcs.get(*id).name.as_deref();
            name.is_some_and(is_never_called)
        })
        .collect();
    loop {
        let callers = calls.iter().filter(|(id, _)| !never.contains(id));
        let called: BTreeSet<_> = callers.flat_map(|(_, called)| called).copied().collect();
        let before = never.len();
        never.retain(|id| !called.contains(id));
        if never.len() == before {
            return never;
        }
    }
}

/// Whether a function, by its name as the compiler writes it, does the work of what is never called: what
/// only drops or passes on is like many others.
fn is_never_called(name: &str) -> bool {
    name.contains(NEVER_CALLED) && name.contains("closure") && !name.contains("drop_in_place")
}

/// The functions that a function calls.
#[derive(Default)]
struct Called(BTreeSet<FunctionId>);

impl Visitor<'_> for Called {
    fn visit_function_id(&mut self, id: &FunctionId) {
        self.0.insert(*id);
    }
}

/// Gives short names to what the module calls in its script: wasm-bindgen's are long and end in a
/// hash, and stand in both.
pub(crate) fn shorten_names(module: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let mut module = read(module)?;
    let mut names = BTreeMap::new();
    for import in module.imports.iter_mut() {
        let next = short(names.len());
        let name = names.entry(import.name.clone()).or_insert(next);
        import.name.clone_from(name);
    }
    let mut shortened = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find(is_of_a_name) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_of_a_name(c)).unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        shortened.push_str(before);
        // Only names of functions are so long that nothing else is called like them.
        shortened.push_str(names.get(name).map_or(name, String::as_str));
        rest = after;
    }
    shortened.push_str(rest);
    Ok((module.emit_wasm(), shortened))
}

fn read(module: &[u8]) -> Result<Module> {
    Module::from_buffer(module).context("the browser's module cannot be read")
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

/// `a`, `b`, …, `z`, `ba`, …: a name for each number.
fn short(mut number: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.push(char::from(LETTERS[number % LETTERS.len()]));
        number /= LETTERS.len();
        if number == 0 {
            break;
        }
    }
    name.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use walrus::{ModuleConfig, ValType};

    use super::*;

    /// A module that imports two functions and exports one of this name, which calls the first; another
    /// function calls that one if it `is_called`.
    fn module(name: &str, is_called: bool) -> Vec<u8> {
        let mut module = Module::with_config(ModuleConfig::new());
        let kind = module.types.add(&[ValType::I32], &[]);
        let (called, _) = module.add_import_func("./a.js", "__wbg_focus_72201b7c62dc196b", kind);
        module.add_import_func("./a.js", "__wbg_blur_6c30fe7fda33ef51", kind);
        let argument = module.locals.add(ValType::I32);
        let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[]);
        builder
            .name(name.to_owned())
            .func_body()
            .local_get(argument)
            .call(called);
        let id: FunctionId = builder.finish(vec![argument], &mut module.funcs);
        module.exports.add("run", id);
        if is_called {
            let argument = module.locals.add(ValType::I32);
            let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[]);
            builder.func_body().local_get(argument).call(id);
            let outer = builder.finish(vec![argument], &mut module.funcs);
            module.exports.add("call", outer);
        }
        module.emit_wasm()
    }

    #[test]
    fn what_is_never_called_is_emptied_with_all_that_only_it_calls() {
        let trimmed = drop_never_called(&module("view::hydrate_async::closure", false)).unwrap();
        assert_eq!(read(&trimmed).unwrap().imports.iter().count(), 0);
        // Another function, and one that another has become one with.
        let called = module("view::hydrate_async::closure", true);
        assert!(drop_never_called(&called).is_err());
        let error = drop_never_called(&module("view::hydrate", false)).unwrap_err();
        assert!(error.to_string().contains("hydrate_async"), "{error}");
        assert!(drop_never_called(b"not a module").is_err());
    }

    #[test]
    fn names_are_short_on_both_sides() {
        let script = "i = { __wbg_focus_72201b7c62dc196b: (a) => a.focus(),\n\
                      __wbg_blur_6c30fe7fda33ef51: (a) => a.blur() }; // __wbg_focus";
        let (module, script) = shorten_names(&module("run", false), script).unwrap();
        let names: Vec<_> = read(&module)
            .unwrap()
            .imports
            .iter()
            .map(|import| import.name.clone())
            .collect();
        assert_eq!(names, ["a", "b"]);
        let expected = "i = { a: (a) => a.focus(),\nb: (a) => a.blur() }; // __wbg_focus";
        assert_eq!(script, expected);
    }

    #[test]
    fn no_two_names_are_the_same() {
        let names: BTreeSet<_> = (0..2_000).map(short).collect();
        assert_eq!(names.len(), 2_000);
    }
}
