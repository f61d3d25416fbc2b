export { type CalendarState, caldavCalendar } from './calendar-caldav.ts'
