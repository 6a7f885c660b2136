// MPI's header is included by CMPI alone: what it defines are casts of addresses, which Swift does not import. This
// target is there for the flags that pkg-config knows.
