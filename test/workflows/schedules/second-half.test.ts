import { playSchedules } from './play-schedules';

playSchedules('second');
