// The behaviour that every phone shows, to hold an adapter against: its tests are of Node's own test runner.
export { type FarSide, type Lack, type PhoneUnderTest, phonePortSuite } from './services/calls/port.suite.ts'
