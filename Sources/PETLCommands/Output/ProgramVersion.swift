/// The version of PETLKit.
let programVersion = "0.1.0"
