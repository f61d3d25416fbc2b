export {
  isRegFile,
  type RegData,
  type RegFault,
  type RegKey,
  type RegValue,
  readReg,
  readRegData,
  writeReg,
  writeRegData,
} from './reg-file.ts'
