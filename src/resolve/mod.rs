//! 3. Specs to Model: names become ids, layers are applied, physical names are computed.
