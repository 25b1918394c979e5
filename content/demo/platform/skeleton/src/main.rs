fn main() {
    println!("${{ values.name }} is afloat");
}
