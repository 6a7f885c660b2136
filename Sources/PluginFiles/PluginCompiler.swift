import CProcess
import Checkpoints
import Foundation
import PETL

/// The Swift compiler that plugin files are compiled with: that of the toolchain whose runtime this
/// program runs with, or else the one on the path.
package struct PluginCompiler: Sendable {
  /// The environment's name for the compiler.
  package static let variable = "PETL_SWIFTC"

  /// The path of `swiftc`.
  package let path: String
  /// What tells it from other compilers: its file's path, size and time of change.
  let identity: String

  /// Finds it.
  ///
  /// - Throws: `DiagnosticError` with what to install when there is none.
  package init() throws {
    let environment = ProcessInfo.processInfo.environment
    if let named = environment[Self.variable], !named.isEmpty {
      guard FileManager.default.isExecutableFile(atPath: named) else {
        throw DiagnosticError("\(Self.variable)=\(named): there is no such program")
      }
      path = named
    } else {
      let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
      let candidates = (Self.besideRuntime.map { [$0] } ?? []) + folders.map { "\($0)/swiftc" }
      guard let found = candidates.first(where: FileManager.default.isExecutableFile) else {
        throw DiagnosticError(
          "plugin files need the Swift compiler, and there is no swiftc on the path",
          hints: [
            "install the toolchain that petl was built with: https://www.swift.org/install",
            "or name its compiler: export \(Self.variable)=…/usr/bin/swiftc",
          ])
      }
      path = found
    }
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let facts = try? FileManager.default.attributesOfItem(atPath: real)
    let size = (facts?[.size] as? NSNumber)?.intValue ?? 0
    let date = (facts?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    identity = "\(real) \(size) \(date)"
  }

  /// What plugin files are compiled with, or why they cannot be, in a sentence.
  package static var report: String {
    do {
      let compiler = try PluginCompiler()
      return "compiled by \(compiler.path) against \(try PluginModules().folder)"
    } catch let error as DiagnosticError {
      return error.sentences
    } catch {
      return systemReason(of: error)
    }
  }

  /// `usr/bin/swiftc` of the toolchain with the runtime `usr/lib/swift/linux/libswiftCore.so`.
  private static var besideRuntime: String? {
    guard let runtime = unsafe petl_runtime_path().map({ unsafe String(cString: $0) }) else {
      return nil
    }
    var folder = URL(fileURLWithPath: runtime).resolvingSymlinksInPath()
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    return folder.appendingPathComponent("bin/swiftc").path
  }

  /// Compiles a file into a shared object.
  ///
  /// - Parameters:
  ///   - file: of Swift.
  ///   - modules: what it may import.
  ///   - stamp: a text that the object keeps.
  ///   - folder: one that exists, for this alone; the object is left in it.
  ///   - modulesCache: where the compiler keeps the C modules that it has compiled.
  /// - Returns: the object's path, and the warnings as the compiler prints them.
  /// - Throws: `CompilerErrors` with what is wrong with the file; `DiagnosticError` when the compiler
  ///   cannot be run.
  func compile(
    _ file: PluginFile, _ modules: PluginModules, stamp: String, in folder: String,
    modulesCache: String
  ) throws -> (object: String, warnings: String) {
    let (object, note) = ("\(folder)/plugin.so", "\(folder)/petl-plugin-stamp.swift")
    try writeAtomically(Array(PluginImage.stampSource(stamp).utf8), to: note)
    // Testing: types that nothing names, and that are not public, are kept.
    let arguments =
      [
        "-emit-library", "-O", "-wmo", "-enable-testing", "-parse-as-library", "-swift-version",
        "6",
        "-module-name", Self.moduleName(file), "-I", modules.folder, "-module-cache-path",
        modulesCache, "-no-color-diagnostics", "-o", object,
      ] + modules.maps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] } + Self.systemHeaders
      + file.paths.map(Self.argument) + [note]
    let (code, words) = try Self.run(path, arguments)
    guard code == 0 else { throw try failure(of: file, words) }
    return (object, words)
  }

  /// What the compiler's failure is: the file's mistakes in its own words, or something about petl.
  private func failure(of file: PluginFile, _ words: String) throws -> any Error {
    for foreign in ["compiled with Swift", "cannot be imported by", "malformed compiled module"]
    where words.contains(foreign) {
      let line = words.split(separator: "\n").first { $0.contains(foreign) }.map(String.init) ?? ""
      return DiagnosticError(
        "\(file.path): petl was built by another compiler than \(path)",
        hints: [line, "build petl again, or name its compiler: export \(Self.variable)=…"])
    }
    if words.contains("missing required module") || words.contains("could not build C module") {
      return DiagnosticError(
        "\(file.path): the C headers that petl was built with are missing",
        hints: words.split(separator: "\n").filter { $0.contains("error: ") }.map(String.init) + [
          "install them: apt install libopenblas-dev"
        ])
    }
    return CompilerErrors(text: words)
  }

  /// The folders of OpenBLAS's headers, where they are not those that every compiler looks in.
  private static var systemHeaders: [String] {
    let found = ["/usr/bin/pkg-config", "/usr/local/bin/pkg-config"].first(
      where: FileManager.default.isExecutableFile)
    guard let found, let (code, words) = try? run(found, ["--cflags-only-I", "openblas"]), code == 0
    else { return [] }
    return words.split(whereSeparator: \.isWhitespace).flatMap { ["-Xcc", String($0)] }
  }

  /// A path as it is, or whole where the compiler would take it for an option.
  ///
  /// `./` in front of it would not do: the compiler takes that off.
  private static func argument(_ path: String) -> String {
    let bare = path.hasPrefix("./") ? path.dropFirst(2) : path[...]
    return bare.hasPrefix("-") || bare.hasPrefix("@")
      ? URL(fileURLWithPath: path).standardizedFileURL.path : path
  }

  /// A name for the module of a file, another for every content.
  private static func moduleName(_ file: PluginFile) -> String {
    let base = URL(fileURLWithPath: file.path).deletingPathExtension().lastPathComponent
    let letters = base.unicodeScalars.map { scalar -> Character in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        ? Character(scalar) : "_"
    }
    return "Plugin_\(String(letters))_\(file.source.digest.prefix(8))"
  }

  /// Runs a program to its end; its words are those of both outputs.
  private static func run(
    _ program: String, _ arguments: [String]
  ) throws -> (code: Int32, words: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    do { try process.run() } catch {
      throw DiagnosticError("\(program): cannot be run: \(systemReason(of: error))")
    }
    let words = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let text = String(decoding: words, as: UTF8.self)
    guard process.terminationReason == .exit else {
      throw DiagnosticError(
        "\(program): ended by signal \(process.terminationStatus)",
        hints: text.split(separator: "\n").prefix(3).map(String.init))
    }
    return (process.terminationStatus, text)
  }
}
