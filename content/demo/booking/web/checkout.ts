// Takes the passenger from the seats that are held to the ticket.

export interface Passenger {
  name: string;
  bicycles: number;
}

// TODO(solveig): ask for the islander's card before the price is shown
export function total(passengers: Passenger[], fare: number): number {
  // FIXME: two bicycles on one ticket cost too much
  return passengers.reduce((sum, one) => sum + fare + one.bicycles * 4, 0);
}
