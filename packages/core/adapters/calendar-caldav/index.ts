export { personIn as calendarPersonIn } from './asking.ts'
export { type CalendarState, caldavCalendar } from './calendar-caldav.ts'
