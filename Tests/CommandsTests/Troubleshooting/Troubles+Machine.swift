import TestSupport

@testable import PETLCommands

extension Troubles {
  static let ofTheMachine: [String: Trouble] = [
    "cannot write to standard output": { try $0.says("petl list > /dev/full") },
    "more of address space": { try $0.says("ulimit -v 300000; petl doctor") },
    "files may be open at the same time": { try $0.says("ulimit -n 8; petl list") },
    "the file was cut off, or its disk failed, while it was read": {
      try $0.inspectWhatIsCutOff().complaints
    },
    // Not every machine has the kernels that are given up: the function that asks for them.
    "OPENBLAS_CORETYPE": { _ in
      MachineReport.coreHint(core: "Haswell", kernels: "avx512") ?? ""
    },
  ]
}
