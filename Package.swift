// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Every Swift target is compiled in Swift 6 mode with strict memory safety, so that
/// `grep unsafe` is the audit of what touches raw memory.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A program whose symbols are there for plugin files that it loads (`petl run --plugin`).
let exporting: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "-export-dynamic"])]

/// How the C kernels are compiled: optimized in debug builds, too, for tests spend most of their time there.
///
/// Not where this package is another's dependency by version, for which SwiftPM allows no such flags.
let kernels: [CSetting] =
  Context.packageDirectory.contains("/checkouts/")
  ? [] : [.unsafeFlags(["-O2"], .when(configuration: .debug))]

/// A library target of the core.
func core(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The plugins of this package, each a folder of Plugins/.
let plugins = [
  "AOFT",
  "ARC",
  "AdaLoRA",
  "AdaptFormer",
  "BinaryAdapters",
  "Bottleneck",
  "C3A",
  "Compacter",
  "Consolidator",
  "Convpass",
  "DeLoRA",
  "DoRA",
  "FacT",
  "FourierFT",
  "GraLoRA",
  "HRA",
  "Householder",
  "IA3",
  "KAdaptation",
  "LSRAdapt",
  "LoRA",
  "LoRAXS",
  "LoRTA",
  "Losses",
  "LyCORIS",
  "MiSS",
  "OFT",
  "PoLAR",
  "RLRR",
  "RandLoRA",
  "ReSoRA",
  "Regularizers",
  "RepAdapter",
  "RoAd",
  "Rules",
  "SSF",
  "VBLoRA",
  "VPT",
  "VeRA",
  "WeightTunings",
]

/// A plugin: it may import `PETL` and nothing else of ours.
func plugin(_ name: String) -> Target {
  .target(
    name: name, dependencies: ["PETL"], path: "Plugins/\(name)", swiftSettings: settings)
}

/// A program of Examples/ that trains an adapter from code.
func example(_ name: String, _ adapter: String) -> Target {
  .executableTarget(
    name: name, dependencies: ["ExampleSupport", "PETL", "Recipes", .target(name: adapter)],
    path: "Examples/\(name)", swiftSettings: settings)
}

/// A test target, with what all of them share.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)",
    swiftSettings: settings)
}

/// Whether oneDNN's headers (libdnnl-dev) are on this machine: then the trait is on by itself.
let hasOneDNN = ["/usr/include", "/usr/local/include"].contains {
  FileManager.default.fileExists(atPath: "\($0)/oneapi/dnnl/dnnl.hpp")
}

/// How pkg-config calls the MPI library of this machine (libopenmpi-dev or libmpich-dev); nil where there is none.
///
/// Of several it is the one that the system has chosen. The trait is on by itself where there is one.
let mpi = ["mpi-c", "ompi-c", "mpich", "ompi"].first { name in
  [
    "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib",
    "/usr/local/lib",
  ].contains { FileManager.default.fileExists(atPath: "\($0)/pkgconfig/\(name).pc") }
}

/// What writes the documentation, only where it is asked for: nobody else has to fetch it.
let documentation: [Package.Dependency] =
  Context.environment["PETLKIT_DOCUMENTATION"] == nil
  ? [] : [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")]

let package = Package(
  name: "PETLKit",
  products: [
    .library(name: "AdapterFiles", targets: ["AdapterFiles"]),
    .library(name: "Answers", targets: ["Answers"]),
    .library(name: "Backbones", targets: ["Backbones"]),
    .library(name: "Checkpoints", targets: ["Checkpoints"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "Networks", targets: ["Networks"]),
    .library(name: "Optimization", targets: ["Optimization"]),
    .library(name: "PETL", targets: ["PETL"]),
    .library(name: "PETLCommands", targets: ["PETLCommands"]),
    // The registry and, for programs that name some plugins only, the module of each.
    .library(name: "PETLPlugins", targets: ["PETLPlugins"] + plugins),
    .library(name: "PETLTesting", targets: ["PETLTesting"]),
    .library(name: "Ranks", targets: ["Ranks"]),
    .library(name: "Recipes", targets: ["Recipes"]),
    .library(name: "Reports", targets: ["Reports"]),
    .library(name: "Statistics", targets: ["Statistics"]),
    .library(name: "Studies", targets: ["Studies"]),
    .library(name: "Tokenization", targets: ["Tokenization"]),
    .library(name: "Training", targets: ["Training"]),
    .executable(name: "petl", targets: ["petl"]),
  ],
  traits: [
    .trait(name: "OneDNN", description: "Products with frozen weights by oneDNN (libdnnl-dev)."),
    .trait(name: "MPI", description: "Training by several processes (libopenmpi-dev)."),
    .default(enabledTraits: Set((hasOneDNN ? ["OneDNN"] : []) + (mpi == nil ? [] : ["MPI"]))),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ] + documentation,
  targets: [
    // MARK: - System libraries and C
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CMPIHeaders", pkgConfig: mpi ?? "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .target(
      name: "CMPI",
      dependencies: [.target(name: "CMPIHeaders", condition: .when(traits: ["MPI"]))],
      cSettings: [.define("PETL_MPI", .when(traits: ["MPI"]))]),
    .target(name: "CKernels", cSettings: kernels),
    .target(name: "CProcess"),
    .target(name: "CImages", dependencies: ["CJPEG", "CPNG"]),
    .target(
      name: "COneDNN", cxxSettings: [.define("PETL_ONEDNN", .when(traits: ["OneDNN"]))],
      linkerSettings: [.linkedLibrary("dnnl", .when(traits: ["OneDNN"]))]),
    .target(name: "CEmbedded", exclude: ["NOTICE.md", "digits.bin", "vit-micro.safetensors"]),

    // MARK: - Core
    core("Tensors", ["COpenBLAS", "CKernels", "COneDNN"]),
    core("PETL", ["Tensors"]),
    core("PETLTesting", ["PETL"]),
    core("Checkpoints", ["PETL", "COpenSSL", "CProcess", "CZlib"]),
    core("PluginFiles", ["PETL", "Checkpoints", "CProcess"]),
    core("Backbones", ["PETL", "Checkpoints"]),
    core("Tokenization", ["PETL", "Checkpoints"]),
    core(
      "Datasets",
      ["PETL", "Checkpoints", "CEmbedded", "CImages", "CProcess", "Ranks", "Tokenization"]),
    core("Recipes", ["PETL", "Checkpoints", "CYAML", "Optimization"]),
    core("Optimization", ["PETL"]),
    core("Ranks", ["CMPI", "PETL"]),
    core("Reports", []),
    core("Statistics", ["Tensors"]),
    core(
      "Networks",
      ["Backbones", "Checkpoints", "Datasets", "PETL", "Ranks", "Recipes", "Tokenization"]),
    core("AdapterFiles", ["Backbones", "Checkpoints", "Datasets", "Networks", "PETL", "Recipes"]),
    core(
      "Training",
      [
        "AdapterFiles", "Backbones", "Checkpoints", "Datasets", "Networks", "Optimization", "PETL",
        "Ranks", "Recipes", "Tokenization",
      ]),
    core(
      "Answers",
      [
        "AdapterFiles", "Backbones", "Checkpoints", "Datasets", "Networks", "Optimization", "PETL",
        "Recipes", "Tokenization", "Training",
      ]),
    core(
      "Studies",
      ["Checkpoints", "Datasets", "Networks", "PETL", "Recipes", "Statistics", "Training"]),
    core(
      "PETLCommands",
      [
        "AdapterFiles", "Answers", "Backbones", "CProcess", "Checkpoints", "Datasets", "Networks",
        "Optimization", "PETL", "PETLTesting", "PluginFiles", "Ranks", "Recipes", "Reports",
        "Statistics",
        "Studies", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "petl", dependencies: ["PETLCommands", "PETLPlugins"], swiftSettings: settings,
      linkerSettings: exporting),

    // MARK: - Plugins
    core("PETLPlugins", ["PETL"] + plugins.map { .target(name: $0) }),

    // MARK: - Examples
    .executableTarget(
      name: "MeasureAOFT", dependencies: ["AOFT", "PETL"], path: "Examples/MeasureAOFT",
      swiftSettings: settings),
    .target(
      name: "ExampleSupport", dependencies: ["PETL", "ReSoRA", "Recipes", "Training"],
      path: "Examples/Shared", swiftSettings: settings),
    example("TrainLoRA", "LoRA"),
    example("TrainAdaptFormer", "AdaptFormer"),
    example("TrainAOFT", "AOFT"),
    example("TrainPoLAR", "PoLAR"),

    // MARK: - Tests
    .target(
      name: "TestSupport", dependencies: ["Backbones", "Checkpoints", "Datasets", "PETL", "Ranks"],
      path: "Tests/TestSupport", swiftSettings: settings),
    tests("AOFTTests", ["AOFT", "PETLTesting"]),
    tests("TensorsTests", ["Tensors", "CKernels"]),
    tests("PETLTests", ["PETL"]),
    tests("CheckpointsTests", ["Checkpoints", "PETL", "VeRA"]),
    tests("BackbonesTests", ["Backbones", "Checkpoints", "Datasets", "LoRA", "PETL"]),
    tests("DatasetsTests", ["Checkpoints", "Datasets", "PETL", "Ranks"]),
    tests(
      "InteropTests",
      [
        "Backbones", "Checkpoints", "PETL", "PETLPlugins", "AdapterFiles", "Answers", "Networks",
        "Optimization", "Studies", "Training",
      ]),
    tests("LoRATests", ["LoRA", "PETLTesting"]),
    tests(
      "LowRankTests",
      [
        "DeLoRA", "GraLoRA", "LoRA", "LoRAXS", "LyCORIS", "MiSS", "PETL", "PETLTesting",
        "RandLoRA", "Recipes", "VBLoRA",
      ]),
    tests(
      "PETLPluginsTests",
      [
        "AOFT", "AdapterFiles", "AdaptFormer", "Answers", "Backbones", "Bottleneck",
        "Checkpoints", "LoRA", "Networks", "Optimization", "PETL", "PETLPlugins", "PETLTesting",
        "PoLAR", "ReSoRA", "Recipes", "Regularizers", "Studies", "Training", "VeRA",
      ]),
    tests("PETLTestingTests", ["PETLTesting"]),
    tests("AnswersTests", ["Answers", "PETL"]),
    tests("NetworksTests", ["Checkpoints", "Datasets", "Networks", "PETL"]),
    tests(
      "MultiplicativeTests",
      ["C3A", "FourierFT", "HRA", "IA3", "OFT", "PETLTesting", "RoAd"]),
    tests("OptimizationTests", ["Optimization", "PETL", "PETLTesting"]),
    tests("RecipesTests", ["Optimization", "PETL", "PETLTesting", "Recipes"]),
    tests("ReportsTests", ["Reports"]),
    tests(
      "RulesTests",
      [
        "AdaLoRA", "Losses", "Optimization", "PETL", "PETLPlugins", "PETLTesting", "Recipes",
        "Rules",
      ]),
    tests("StatisticsTests", ["Statistics", "Tensors"]),
    tests("TokenizationTests", ["Checkpoints", "PETL", "Tokenization"]),
    tests("ReSoRATests", ["ReSoRA", "PETLTesting"]),
    tests("RegularizersTests", ["Regularizers", "PETLTesting"]),
    tests(
      "TrainingTests",
      [
        "AdaLoRA", "Backbones", "Checkpoints", "Datasets", "LoRA", "Losses", "PETL",
        "PETLPlugins", "PoLAR",
        "ReSoRA", "Recipes", "Rules", "AdapterFiles", "Answers", "Networks", "Optimization",
        "Ranks", "Studies", "Training",
      ]),
    tests(
      "CommandsTests",
      [
        "AdapterFiles", "Answers", "Backbones", "Checkpoints", "Datasets", "Networks",
        "Optimization",
        "PETL", "PETLCommands", "PETLPlugins", "Recipes", "Studies", "Tokenization", "Training",
        "petl",
      ]),
    tests(
      "BottleneckTests",
      ["ARC", "AdaptFormer", "Backbones", "Bottleneck", "PETLTesting", "RepAdapter"]),
    tests("PoLARTests", ["PoLAR", "PETLTesting"]),
    tests(
      "VisionAdapterTests",
      [
        "Backbones", "BinaryAdapters", "Checkpoints", "Compacter", "Consolidator", "Convpass",
        "FacT", "KAdaptation", "PETLTesting", "RLRR",
      ]),
  ] + plugins.map(plugin)
)
