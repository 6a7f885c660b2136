import PETL
import PETLCommands
import PETLPlugins

PETLTool.main { try .builtIn(regularizers: [Crowding.self]) }
