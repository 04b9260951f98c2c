//! traefik.
