
void main() {
    float alpha = kind == STRAND ? 0.8 : texture(colour_map, uv).a;
    if (cut_away(alpha)) discard;
}
