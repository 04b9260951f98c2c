//! 2. Document to Spec: one file as written, every value spanned, names unresolved. Pure per file.
