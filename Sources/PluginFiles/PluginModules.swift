import Checkpoints
import Foundation
import PETL

/// The modules that this program was built from, which a plugin file is compiled against.
package struct PluginModules: Sendable {
  /// The environment's name for the build folder, where it is not the program's own.
  package static let variable = "PETL_BUILD"

  /// The folder with PETL's module in it.
  let folder: String
  /// The maps of the C modules that those of Swift were made with.
  let maps: [String]

  /// Finds them: `$PETL_BUILD/Modules`, or `Modules` beside the program.
  ///
  /// - Throws: `DiagnosticError` with what to do when they are not there, or are of another build.
  package init() throws {
    let named = ProcessInfo.processInfo.environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
    let own = RunningProgram.path.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
    let build = named ?? own ?? "."
    folder = "\(build)/Modules"
    let hints = [
      "they are in the folder that 'swift build' made petl in, such as PETLKit/.build/release",
      "run petl from there, or name that folder: export \(Self.variable)=FOLDER",
    ]
    for module in ["PETL", "Tensors"] {
      let file = "\(folder)/\(module).swiftmodule"
      guard FileManager.default.fileExists(atPath: file) else {
        throw DiagnosticError(
          "the modules that plugin files are compiled against are not there: \(file)", hints: hints)
      }
      if let built = RunningProgram.path, try Self.isNewer(file, than: built) {
        throw DiagnosticError(
          "\(file): the module is newer than this program, which was built from another",
          hints: ["build it again, as with: swift build -c release --product petl"])
      }
    }
    maps = try Self.maps(of: build, hints: hints)
  }

  private static func isNewer(_ file: String, than program: String) throws -> Bool {
    func date(_ path: String) throws -> Date? {
      try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }
    guard let module = try date(file), let own = try date(program) else { return false }
    return module > own
  }

  /// The maps of PETLKit's C modules: those that the build wrote, and beside their headers those of the
  /// libraries of the system.
  private static func maps(of build: String, hints: [String]) throws -> [String] {
    let kernels = "\(build)/CKernels.build/module.modulemap"
    guard let text = try? readFile(kernels, limit: 1 << 16),
      let header = String(decoding: text, as: UTF8.self).firstMatch(of: /header "(.+)"/)?.output.1,
      let end = header.range(of: "/CKernels/include/")
    else {
      throw DiagnosticError("the build of petl is not whole: there is no \(kernels)", hints: hints)
    }
    let sources = String(header[..<end.lowerBound])
    guard FileManager.default.fileExists(atPath: String(header)) else {
      throw DiagnosticError(
        "\(sources): the sources that petl was built from are not there any more: plugin files are "
          + "compiled against their C headers",
        hints: ["build petl again where the sources are now: swift build -c release --product petl"]
      )
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: sources).sorted()
    return names.flatMap { name in
      ["\(build)/\(name).build/module.modulemap", "\(sources)/\(name)/module.modulemap"]
    }.filter { FileManager.default.fileExists(atPath: $0) }
  }
}
