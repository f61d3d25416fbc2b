export { readSqlRows, writeSqlQuery } from './axl.ts'
export {
  basicAuthorization,
  ccmcipAuthorization,
  ccmcipPath,
  type CucmDevice,
  type DevicesRead,
  readDevices,
  writeGetDevices,
} from './ccmcip.ts'
export {
  type DeviceCallManager,
  type DeviceConfig,
  type DeviceConfigRead,
  type DeviceLine,
  readDeviceConfig,
} from './device-config.ts'
export { clusterUserPath, devicesPath, readClusterUser, readUdsDevices } from './uds.ts'
