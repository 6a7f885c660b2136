import Foundation
import PETL
import Synchronization

// libFuzzer's runtime has the `main`; it calls these two.
//
//     PETLFuzz --list                      the names of the targets
//     PETLFuzz --seeds FOLDER              good inputs to start from, a folder for each target
//     PETLFuzz TARGET [OPTIONS] FOLDER…    libFuzzer's loop, with its options

/// What is tried, and where its files are written.
private struct Attempt: @unchecked Sendable {
  // Written once before the loop starts, and used by it alone, on one thread.
  let target: FuzzTarget
  let folder: String
}

private let current = Mutex<Attempt?>(nil)
private let folderToRemove = Mutex<Workshop?>(nil)

/// Takes the first argument as the target's name; libFuzzer sees the others.
@_cdecl("LLVMFuzzerInitialize")
func initialize(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> Int32 {
  let words = (1..<max(1, Int(unsafe count.pointee))).compactMap {
    unsafe arguments.pointee[$0].map { unsafe String(cString: $0) }
  }
  do {
    let workshop = try Workshop()
    // What is left when the loop ends by itself.
    folderToRemove.withLock { $0 = workshop }
    atexit { folderToRemove.withLock { $0?.close() } }
    let targets = try FuzzTarget.all(workshop)
    switch words.first {
    case "--list": print(targets.map(\.name).joined(separator: "\n"))
    case "--seeds" where words.count == 2:
      try Seeds(workshop).write(for: targets, to: words[1])
    case let name?:
      guard let target = targets.first(where: { $0.name == name }) else {
        throw DiagnosticError("no target '\(name)'")
      }
      let attempt = Attempt(target: target, folder: workshop.path("input"))
      current.withLock { $0 = attempt }
      for index in 1..<words.count {
        unsafe arguments.pointee[index] = arguments.pointee[index + 1]
      }
      unsafe count.pointee -= 1
      return 0
    case nil: print("PETLFuzz --list | --seeds FOLDER | TARGET [OPTIONS] FOLDER…")
    }
    exit(0)
  } catch {
    print("\(error)")
    exit(2)
  }
}

/// Tries the target on an input.
@_cdecl("LLVMFuzzerTestOneInput")
func attempt(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  let input = unsafe Array(UnsafeBufferPointer(start: data, count: size))
  if let attempt = current.withLock({ $0 }) { attempt.target.run(input, in: attempt.folder) }
  return 0
}
