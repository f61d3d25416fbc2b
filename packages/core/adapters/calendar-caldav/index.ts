export { personIn as calendarPersonIn } from './person.ts'
export { type CalendarState, caldavCalendar } from './calendar-caldav.ts'
