import LoRA
import PETL
import PETLCommands
import PoLAR
import ReSoRA

PETLTool.main {
  try PluginRegistry(
    adapters: [LoRA.self, PoLAR.self, StelLA.self],
    regularizers: [ReSoRA.self])
}
